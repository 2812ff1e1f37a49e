using Pos.ServiceDefaults;
using Pos.Ui;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddUi();

var app = builder.Build();
app.MapServiceDefaults();
app.MapUi();
app.Run();
