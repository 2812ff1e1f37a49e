using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

internal static class SalesSetup
{
    /// <summary>
    /// Registers the services that read the warehouse at <c>ConnectionStrings:warehouse</c>, as a read-only user.
    /// </summary>
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
        builder.Services.AddExceptionHandler<WarehouseUnavailableHandler>();
        builder.Services.AddLookupJson();
    }
}
