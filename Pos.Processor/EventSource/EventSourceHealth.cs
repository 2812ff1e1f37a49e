using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Pos.Processor.EventSource;

/// <summary>
/// Reports healthy while the stream's shards and the leases can be listed. A shard that waits for a store is no reason
/// to restart the processor; <c>/status</c> shows it.
/// </summary>
internal sealed class EventSourceHealth(EventSourceMapping mapping) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            mapping.Failure is null ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(mapping.Failure)
        );
}
