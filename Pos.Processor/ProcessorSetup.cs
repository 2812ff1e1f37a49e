using System.Text.Json;
using Pos.Contracts.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Processor.Lake;
using Pos.Processor.LookupTable;
using Pos.Processor.Quarantine;
using Pos.Processor.Warehouse;
using Pos.Processor.Whereabouts;
using Pos.ServiceDefaults;
using Pos.Storage;

namespace Pos.Processor;

/// <summary>
/// Registers the batch handler with its sinks, and the event source mapping unless Lambda provides it.
/// </summary>
internal static class ProcessorSetup
{
    public static void AddProcessor(this IHostApplicationBuilder builder)
    {
        builder.AddKinesis(retries: 0); // The event source mapping limits and repeats its reads itself.
        builder.AddFirehose();
        builder.AddS3();
        builder.AddDynamoDB();
        builder.AddResourceNames();

        var services = builder.Services;
        services
            .AddOptions<LookupTableOptions>()
            .BindConfiguration(LookupTableOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services
            .AddOptions<WarehouseOptions>()
            .BindConfiguration(WarehouseOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ProcessorMetrics>();
        services.AddSingleton<LookupTableSink>();
        services.AddSingleton<LakeSink>();
        services.AddSingleton<WarehouseSink>();
        services.AddSingleton<QuarantineStore>();
        services.AddSingleton<QuarantineListing>();
        services.AddSingleton<QuarantineActions>();
        services.AddSingleton<BatchObserver>();
        services.AddSingleton<PurchaseBatchHandler>();
        services.AddSingleton<IBatchHandler>(provider => provider.GetRequiredService<PurchaseBatchHandler>());
        services.AddSingleton<FailingShards>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            // Reject events that lack a required field instead of reading them in part.
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, LambdaJsonContext.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, ProcessorJson.Default);
        });
        services.AddWhereabouts();
        builder.AddEventSourceMapping();
    }

    private static void AddEventSourceMapping(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddOptions<EventSourceMappingOptions>()
            .BindConfiguration(EventSourceMappingOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        var isOn = builder.Configuration.GetValue<bool?>(
            $"{EventSourceMappingOptions.Section}:{nameof(EventSourceMappingOptions.Enabled)}"
        ) ?? string.IsNullOrEmpty(builder.Configuration["AWS_LAMBDA_FUNCTION_NAME"]);
        if (!isOn)
            return;

        services
            .AddOptions<EventSourceMappingOptions>()
            .Validate(
                options => options.FunctionResponseTypes.Contains(FunctionResponseType.ReportBatchItemFailures),
                $"{EventSourceMappingOptions.Section}:{nameof(EventSourceMappingOptions.FunctionResponseTypes)} "
                    + $"must include {FunctionResponseType.ReportBatchItemFailures}. Without it, the mapping would "
                    + "ignore the failed records in the processor's response and count them as processed."
            );
        services.AddSingleton<IShardStream, KinesisShardStream>();
        services.AddSingleton<ILeases, DynamoLeases>();
        services.AddSingleton<ShardSource>();
        services.AddSingleton<EventSourceMapping>();
        services.AddSingleton(provider => new StreamSearch(provider.GetRequiredService<IShardStream>(), () =>
            provider.GetRequiredService<EventSourceMapping>().Leases
        ));
        services.AddHostedService(provider => provider.GetRequiredService<EventSourceMapping>());
        services.AddHealthChecks().AddCheck<EventSourceHealth>("event_source");
    }
}
