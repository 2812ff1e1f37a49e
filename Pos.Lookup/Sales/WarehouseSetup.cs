using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Pos.ServiceDefaults;

namespace Pos.Lookup.Sales;

/// <summary>
/// Registers the warehouse with Aspire's Npgsql integration: data source, health check, traces and metrics.
/// </summary>
internal static class WarehouseSetup
{
    private const string ConnectionName = "warehouse";

    // Name of Aspire.Npgsql's health check.
    private const string HealthCheck = "PostgreSql";

    public static void AddWarehouse(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(SalesOptions.Section).Get<SalesOptions>() ?? new();
        builder.AddNpgsqlDataSource(
            ConnectionName,
            settings =>
            {
                settings.ConnectionString = WithLimits(settings.ConnectionString, options);
                settings.DisableTracing = settings.DisableMetrics = !builder.HasTelemetry();
            },
            source =>
            {
                if (options.PasswordUrl is not { } url)
                    return;
                source.UsePasswordProvider(
                    _ => throw new NotSupportedException("Open connections asynchronously."),
                    new WarehousePassword(url, builder.Configuration["AWS_SESSION_TOKEN"]).ReadAsync
                );
            }
        );
        // Without the warehouse the service is degraded, not unhealthy: lookups by purchase and customer still work.
        builder.Services.Configure<HealthCheckServiceOptions>(health =>
        {
            foreach (var check in health.Registrations.Where(check => check.Name == HealthCheck))
                (check.Name, check.FailureStatus) = (ConnectionName, HealthStatus.Degraded);
        });
    }

    // Keep null: the integration reports the missing connection string.
    private static string? WithLimits(string? connectionString, SalesOptions options) =>
        string.IsNullOrEmpty(connectionString)
            ? null
            : new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = "pos-lookup",
                CommandTimeout = options.CommandTimeoutSeconds,
                Timeout = options.ConnectTimeoutSeconds,
            }.ConnectionString;
}
