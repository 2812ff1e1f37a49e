using Pos.ServiceDefaults;
using Pos.Ui;
using Pos.Ui.Lookup;
using Pos.Ui.Sales;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddUi();

var app = builder.Build();
app.MapServiceDefaults();
app.MapUi();
app.MapPurchaseExports();
app.MapSalesExports();
app.Run();
