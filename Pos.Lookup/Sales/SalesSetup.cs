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
        builder.Services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<SalesOptions>>().Value;
            var connection = new NpgsqlConnectionStringBuilder(
                provider.GetRequiredService<IConfiguration>().GetConnectionString("warehouse")
                    ?? throw new InvalidOperationException(
                        "ConnectionStrings:warehouse is not configured: there are no sales to read."
                    )
            )
            {
                ApplicationName = "pos-lookup",
                CommandTimeout = options.CommandTimeoutSeconds,
                Timeout = options.ConnectTimeoutSeconds,
            };
            var source = new NpgsqlDataSourceBuilder(connection.ConnectionString);
            if (options.PasswordUrl is not null)
                source.UsePasswordProvider(
                    _ => throw new NotSupportedException("Connections are opened asynchronously."),
                    provider.GetRequiredService<WarehousePassword>().ReadAsync
                );
            return source.Build();
        });
        builder.Services.AddHttpClient<WarehousePassword>();
        builder.Services.AddSingleton<SalesQueries>();
        builder.Services.AddSingleton<PurchaseQueries>();
        builder.Services.AddExceptionHandler<WarehouseUnavailable>();
        builder.Services.AddLookupJson();
    }
}
