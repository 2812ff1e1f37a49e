using Amazon.DynamoDBv2;
using Amazon.Kinesis;
using Amazon.KinesisFirehose;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Pos.ServiceDefaults;

/// <summary>
/// Registers AWS clients, one of each per process. The SDK reads region and credentials (<c>AWS_REGION</c>,
/// <c>AWS_ACCESS_KEY_ID</c>, …, or the role). Endpoints come from <c>AWS_ENDPOINT_URL_KINESIS</c>, <c>_FIREHOSE</c>,
/// <c>_S3</c>, <c>_DYNAMODB</c> or <c>AWS_ENDPOINT_URL</c>, in the environment or, unlike with the SDK alone, in any
/// other configuration source such as the command line.
/// </summary>
public static class AwsClients
{
    private const int Retries = 2;

    /// <summary>
    /// Adds a singleton <see cref="IAmazonS3"/>. Uses path-style addresses with a custom endpoint, which has no host
    /// name per bucket.
    /// </summary>
    public static void AddS3(this IHostApplicationBuilder builder)
    {
        var config = new AmazonS3Config();
        config.ForcePathStyle = config.Configure(
            builder.Configuration,
            "S3",
            TimeSpan.FromSeconds(60),
            connections: 32
        );
        builder.Services.TryAddSingleton<IAmazonS3>(_ => new AmazonS3Client(config));
    }

    /// <summary>Adds a singleton <see cref="IAmazonDynamoDB"/>.</summary>
    public static void AddDynamoDB(this IHostApplicationBuilder builder)
    {
        var config = new AmazonDynamoDBConfig();
        config.Configure(builder.Configuration, "DYNAMODB", TimeSpan.FromSeconds(10), connections: 64);
        builder.Services.TryAddSingleton<IAmazonDynamoDB>(_ => new AmazonDynamoDBClient(config));
    }

    /// <summary>Adds a singleton <see cref="IAmazonKinesis"/>.</summary>
    /// <param name="builder">Builder of the service.</param>
    /// <param name="retries">Maximum retries of a failed call.</param>
    public static void AddKinesis(this IHostApplicationBuilder builder, int retries = Retries)
    {
        var config = new AmazonKinesisConfig();
        config.Configure(builder.Configuration, "KINESIS", TimeSpan.FromSeconds(10), connections: 32);
        config.MaxErrorRetry = retries;
        builder.Services.TryAddSingleton<IAmazonKinesis>(_ => new AmazonKinesisClient(config));
    }

    /// <summary>Adds a singleton <see cref="IAmazonKinesisFirehose"/>.</summary>
    public static void AddFirehose(this IHostApplicationBuilder builder)
    {
        var config = new AmazonKinesisFirehoseConfig();
        config.Configure(builder.Configuration, "FIREHOSE", TimeSpan.FromSeconds(10), connections: 32);
        builder.Services.TryAddSingleton<IAmazonKinesisFirehose>(_ => new AmazonKinesisFirehoseClient(config));
    }

    /// <summary>Sets limits and endpoint. Returns true if the endpoint is a custom one.</summary>
    private static bool Configure(
        this ClientConfig config,
        IConfiguration configuration,
        string service,
        TimeSpan timeout,
        int connections
    )
    {
        config.Timeout = timeout;
        config.ConnectTimeout = TimeSpan.FromSeconds(3);
        config.MaxConnectionsPerServer = connections;
        // The SDK retries failed calls. Callers retry failed entries of a successful call.
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = Retries;
        var endpoint = configuration[$"AWS_ENDPOINT_URL_{service}"] ?? configuration["AWS_ENDPOINT_URL"];
        if (string.IsNullOrWhiteSpace(endpoint))
            return false;
        config.ServiceURL = endpoint;
        config.AuthenticationRegion = configuration["AWS_REGION"] ?? "us-east-1";
        return true;
    }
}
