using Amazon.S3;
using LocalCloud.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OpenTelemetry.Trace;

namespace LocalCloud.Delivery;

internal static class DeliverySetup
{
    public static void AddDelivery(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddOptions<DeliveryOptions>()
            .BindConfiguration(DeliveryOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        if (
            builder.Configuration.GetValue<Staging>($"{DeliveryOptions.Section}:{nameof(DeliveryOptions.Staging)}")
            == Staging.S3
        )
        {
            services.TryAddSingleton(_ => CreateS3Client(builder.Configuration));
            services.TryAddSingleton<IStagingBucket, S3StagingBucket>();
        }
        services.TryAddSingleton<IStagingBucket, StagingBucket>();
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddNpgsql());
        services.TryAddSingleton<IWarehouseLoader, WarehouseLoader>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<DeliveryServices>();
        services.AddSingleton<DeliveryStreams>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliveryStreams>());
        services.AddSingleton<IAwsJsonService, FirehoseService>();
    }

    /// <summary>Creates a client with the settings of the AWS SDK's environment variables.</summary>
    private static IAmazonS3 CreateS3Client(IConfiguration configuration) =>
        new AmazonS3Client(
            new AmazonS3Config
            {
                ServiceURL = configuration["AWS_ENDPOINT_URL_S3"] ?? configuration["AWS_ENDPOINT_URL"],
                AuthenticationRegion = configuration["AWS_REGION"] ?? "us-east-1",
                ForcePathStyle = true,
            }
        );

    /// <summary>
    /// Maps <c>GET /_delivery</c>, the state of each delivery stream. AWS has CloudWatch metrics for it.
    /// </summary>
    public static void MapDelivery(this WebApplication app) =>
        app.MapGet("/_delivery", (DeliveryStreams streams) =>
            TypedResults.Json(
                streams.All.Select(stream => stream.State).ToArray(),
                DeliveryStateJson.Default.DeliveryStateArray
            )
        );
}
