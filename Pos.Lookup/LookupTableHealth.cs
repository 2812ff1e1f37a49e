using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.Storage;

namespace Pos.Lookup;

/// <summary>Healthy while the lookup table can be described and read.</summary>
internal sealed class LookupTableHealth(IAmazonDynamoDB dynamo, PosResources resources) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            var status = (await dynamo.DescribeTableAsync(resources.LookupTable, cancellationToken)).Table.TableStatus;
            return status == TableStatus.ACTIVE || status == TableStatus.UPDATING
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"Table '{resources.LookupTable}' is {status}.");
        }
        catch (Exception e) when (e is AmazonServiceException or HttpRequestException)
        {
            return HealthCheckResult.Unhealthy($"Table '{resources.LookupTable}' cannot be described: {e.Message}", e);
        }
    }
}
