using Pos.Lookup;
using Pos.Lookup.Purchases;
using Pos.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPurchaseLookup();

var app = builder.Build();
app.MapServiceDefaults();
app.MapOpenApi();
app.MapPurchases();
app.Run();
