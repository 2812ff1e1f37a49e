using Pos.Lookup;
using Pos.Lookup.Purchases;
using Pos.Lookup.Reconciliation;
using Pos.Lookup.Sales;
using Pos.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.AddPurchaseLookup();
builder.AddSales();
builder.AddReconciliation();

var app = builder.Build();
app.MapServiceDefaults();
app.MapOpenApi();
app.MapPurchases();
app.MapSales();
app.MapReconciliation();
app.Run();
