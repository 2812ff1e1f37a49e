using Npgsql;
using Pos.Warehouse.Queries;

namespace Pos.Lookup.Sales;

internal static class SalesSetup
{
    /// <summary>Reads the warehouse at <c>ConnectionStrings:warehouse</c>.</summary>
    public static void AddSales(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(provider => NpgsqlDataSource.Create(
            provider.GetRequiredService<IConfiguration>().GetConnectionString("warehouse")
            ?? throw new InvalidOperationException("ConnectionStrings:warehouse is not configured: there are no sales to read.")));
        builder.Services.AddSingleton<SalesQueries>();
    }
}
