using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

internal static class SalesSetup
{
    /// <summary>Reads the warehouse at <c>ConnectionStrings:warehouse</c>, by a user who may do nothing else.</summary>
    public static void AddSales(this IHostApplicationBuilder builder)
    {
        builder
            .Services.AddOptions<SalesOptions>()
            .BindConfiguration(SalesOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.TryAddSingleton<LookupMetrics>();
        builder.AddWarehouse();
        builder.Services.AddSingleton<SalesQueries>();
        builder.Services.AddSingleton<PurchaseQueries>();
        builder.Services.AddExceptionHandler<WarehouseUnavailable>();
        builder.Services.AddLookupJson();
    }
}
