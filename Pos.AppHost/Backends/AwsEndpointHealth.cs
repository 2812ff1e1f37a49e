using System.Net;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Pos.AppHost.Embedded;

namespace Pos.AppHost.Backends;

/// <summary>
/// Checks whether Kinesis, DynamoDB and S3 are available at one URL. LocalStack reports it at
/// <c>/_localstack/health</c>. For other servers, lists the streams, tables and buckets.
/// </summary>
internal sealed class AwsEndpointHealth(IValueProvider url, AccessKey accessKey, string region) : IHealthCheck
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(5);
    private static readonly string[] s_services = ["kinesis", "dynamodb", "s3"];

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            var address = await url.GetValueAsync(cancellationToken) ?? "";
            return await LocalStackHealthAsync(address, cancellationToken)
                ?? await ListAsync(address, cancellationToken);
        }
        catch (Exception error)
            when (error is HttpRequestException or AmazonServiceException or AmazonClientException or JsonException
                || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }

    /// <summary>Returns the health that LocalStack reports; null for another server.</summary>
    private static async Task<HealthCheckResult?> LocalStackHealthAsync(
        string address,
        CancellationToken cancellationToken
    )
    {
        using var http = new HttpClient { Timeout = s_timeout };
        using var response = await http.GetAsync($"{address}/_localstack/health", cancellationToken);
        if (
            response.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            || response.Content.Headers.ContentType?.MediaType != "application/json"
        )
            return null;
        response.EnsureSuccessStatusCode();
        using var health = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        if (
            !health.RootElement.TryGetProperty("services", out var services)
            || services.ValueKind != JsonValueKind.Object
        )
            return null;
        string[] missing =
        [
            .. s_services.Where(service =>
                !services.TryGetProperty(service, out var state) || state.GetString() is not ("available" or "running")
            ),
        ];
        return missing is []
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"{string.Join(", ", missing)} not available.");
    }

    private async Task<HealthCheckResult> ListAsync(string address, CancellationToken cancellationToken)
    {
        var credentials = new BasicAWSCredentials(
            await accessKey.Id.GetValueAsync(cancellationToken),
            await accessKey.Secret.GetValueAsync(cancellationToken)
        );
        using var kinesis = new AmazonKinesisClient(credentials, Configured(new AmazonKinesisConfig(), address));
        using var tables = new AmazonDynamoDBClient(credentials, Configured(new AmazonDynamoDBConfig(), address));
        var objectsConfig = Configured(new AmazonS3Config(), address);
        objectsConfig.ForcePathStyle = true;
        using var objects = new AmazonS3Client(credentials, objectsConfig);
        await kinesis.ListStreamsAsync(new ListStreamsRequest(), cancellationToken);
        await tables.ListTablesAsync(cancellationToken);
        await objects.ListBucketsAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }

    private T Configured<T>(T config, string address)
        where T : ClientConfig
    {
        config.ServiceURL = address;
        config.AuthenticationRegion = region;
        config.Timeout = s_timeout;
        config.MaxErrorRetry = 0;
        return config;
    }
}
