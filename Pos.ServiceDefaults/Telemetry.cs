using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Pos.ServiceDefaults.Tracing;

namespace Pos.ServiceDefaults;

/// <summary>Logs, metrics and traces over OTLP. Ours are the meters and activity sources named <c>Pos.*</c>.</summary>
public static class Telemetry
{
    private const string OurNames = "Pos.*";
    private const int MinMetricExportMilliseconds = 5_000;

    /// <summary>
    /// Returns false without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>: recording costs time and would have no reader.
    /// </summary>
    public static bool HasTelemetry(this IHostApplicationBuilder builder) =>
        !string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);

    internal static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (!builder.HasTelemetry())
            return;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder
            .Services.AddOptions<TracingOptions>()
            .BindConfiguration(TracingOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddHttpContextAccessor();
        builder.Services.ConfigureAll<MetricReaderOptions>(LimitExports);
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(OurNames)
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
            )
            .WithTracing(tracing =>
                tracing
                    .AddSource(OurNames)
                    .AddAspNetCoreInstrumentation(requests => requests.EnrichWithHttpResponse = NameCall)
                    .AddHttpClientInstrumentation()
                    // Set in code, it wins over OTEL_TRACES_SAMPLER, which Aspire sets to always_on.
                    .SetSampler(services => new ParentBasedSampler(
                        new NewTraceSampler(
                            new TraceRate(
                                services.GetRequiredService<IOptions<TracingOptions>>().Value.MaxTracesPerSecond,
                                services.GetRequiredService<TimeProvider>()
                            ),
                            services.GetRequiredService<IHttpContextAccessor>()
                        )
                    ))
            )
            .UseOtlpExporter();
    }

    // Aspire sets one second for children in Development, which costs more than recording does.
    private static void LimitExports(MetricReaderOptions reader)
    {
        var periodic = reader.PeriodicExportingMetricReaderOptions;
        if (periodic.ExportIntervalMilliseconds < MinMetricExportMilliseconds)
            periodic.ExportIntervalMilliseconds = MinMetricExportMilliseconds;
    }

    // A request for one of many operations at one address: "Kinesis.PutRecords" rather than "POST /".
    private static void NameCall(Activity request, HttpResponse response)
    {
        if (request.GetTagItem(SpanTags.RpcService) is string service)
            request.DisplayName = $"{service}.{request.GetTagItem(SpanTags.RpcMethod)}";
    }
}
