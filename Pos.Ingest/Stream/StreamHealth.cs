using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.Storage;

namespace Pos.Ingest.Stream;

/// <summary>Reports healthy if the stream exists and accepts records.</summary>
internal sealed class StreamHealth(IAmazonKinesis kinesis, PosResources resources) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            var response = await kinesis.DescribeStreamSummaryAsync(
                new DescribeStreamSummaryRequest { StreamName = resources.Stream },
                cancellationToken
            );
            var status = response.StreamDescriptionSummary.StreamStatus;
            return status == StreamStatus.ACTIVE || status == StreamStatus.UPDATING
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"Stream {resources.Stream} is {status}.");
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"Cannot describe stream {resources.Stream}: {error.GetType().Name}.");
        }
    }
}
