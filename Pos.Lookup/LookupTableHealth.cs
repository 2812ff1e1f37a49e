using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.Storage;

namespace Pos.Lookup;

/// <summary>Reports healthy while the lookup table can be described and is active.</summary>
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
            return HealthCheckResult.Unhealthy($"Cannot describe table '{resources.LookupTable}': {e.Message}", e);
        }
    }
}
