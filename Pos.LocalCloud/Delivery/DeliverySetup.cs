using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OpenTelemetry.Trace;
using Pos.LocalCloud.Protocol;
using Pos.ServiceDefaults;

namespace Pos.LocalCloud.Delivery;

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
            builder.AddS3();
            services.TryAddSingleton<IStagingBucket, S3StagingBucket>();
        }
        services.TryAddSingleton<IStagingBucket, StagingBucket>();
        services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddNpgsql());
        services.TryAddSingleton<IWarehouseLoader, WarehouseLoader>();
        services.AddSingleton<DeliveryMetrics>();
        services.AddSingleton<DeliveryParts>();
        services.AddSingleton<DeliveryStreams>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliveryStreams>());
        services.AddSingleton<IAwsJsonService, FirehoseService>();
    }

    /// <summary>
    /// Maps <c>GET /_delivery</c>: where each delivery stream stands. AWS tells it by CloudWatch metrics.
    /// </summary>
    public static void MapDelivery(this WebApplication app) =>
        app.MapGet("/_delivery", (DeliveryStreams streams) =>
            TypedResults.Json(
                streams.All.Select(stream => stream.State).ToArray(),
                DeliveryStateJson.Default.DeliveryStateArray
            )
        );
}
