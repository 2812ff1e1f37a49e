using LocalCloud.Protocol;
using LocalCloud.Streams.Limits;
using LocalCloud.Streams.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LocalCloud.Streams;

internal static class StreamsSetup
{
    public static void AddStreams(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddOptions<StreamsOptions>()
            .BindConfiguration(StreamsOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton<ILogFiles, LogFiles>();
        services.AddSingleton<StreamStore>();
        services.AddHostedService(provider => provider.GetRequiredService<StreamStore>());
        services.AddHealthChecks().AddCheck<StreamsHealth>("streams");
        services.AddSingleton<StreamLimits>();
        services.AddSingleton<StreamOperations>();
        services.AddSingleton<ShardOperations>();
        services.AddSingleton<SettingOperations>();
        services.AddSingleton<TagOperations>();
        services.AddSingleton<StreamsMetrics>();
        services.AddSingleton<PutOperations>();
        services.AddSingleton<GetOperations>();
        services.AddSingleton<IAwsJsonService, KinesisService>();
    }
}
