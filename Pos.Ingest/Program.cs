using Pos.Ingest;
using Pos.Ingest.Purchases;
using Pos.Ingest.Status;
using Pos.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddIngest();

var app = builder.Build();
app.MapServiceDefaults();
app.MapOpenApi();
app.MapPurchases();
app.MapStatus();
app.Run();
