using LocalCloud.Tables.Storage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace LocalCloud.Tables;

/// <summary>
/// Reports a store that rejects writes. A failed write needs a restart; a full disk needs only space.
/// </summary>
internal sealed class TablesHealth(RocksItemStore store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            store.Problem is not { } problem ? HealthCheckResult.Healthy()
            : store.NeedsRestart ? HealthCheckResult.Unhealthy(problem)
            : HealthCheckResult.Degraded(problem)
        );
}
