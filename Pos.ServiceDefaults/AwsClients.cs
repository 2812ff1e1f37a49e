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
/// AWS clients, one of each per process. Region and credentials are the SDK's own business (<c>AWS_REGION</c>,
/// <c>AWS_ACCESS_KEY_ID</c>, …, or the role). Endpoints too, by <c>AWS_ENDPOINT_URL_KINESIS</c>, <c>_FIREHOSE</c>,
/// <c>_S3</c>, <c>_DYNAMODB</c> or <c>AWS_ENDPOINT_URL</c>; they are taken from configuration here, which holds the
/// environment, so that a command line can give them as well.
/// </summary>
public static class AwsClients
{
    private const int Retries = 2;

    /// <summary>
    /// Adds a singleton <see cref="IAmazonS3"/>. An endpoint of one's own has no host name per bucket, so it is
    /// addressed by path.
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
    /// <param name="builder">The service.</param>
    /// <param name="retries">How often the client repeats a call that failed.</param>
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

    /// <summary>Whether the endpoint is overridden.</summary>
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
        // The SDK repeats whole calls that failed; entries that failed within a call are their caller's to repeat.
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
