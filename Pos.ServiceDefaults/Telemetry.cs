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

/// <summary>
/// Exports logs, metrics and traces over OTLP. This project's meters and activity sources are named <c>Pos.*</c>.
/// </summary>
public static class Telemetry
{
    private const string OurNames = "Pos.*";
    private const int MinMetricExportMilliseconds = 5_000;

    /// <summary>
    /// Returns false without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, because recording without an exporter only costs time.
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
                    // A sampler set in code overrides OTEL_TRACES_SAMPLER, which Aspire sets to always_on.
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

    // Aspire sets an interval of one second in Development. Such exports cost more than recording.
    private static void LimitExports(MetricReaderOptions reader)
    {
        var periodic = reader.PeriodicExportingMetricReaderOptions;
        if (periodic.ExportIntervalMilliseconds < MinMetricExportMilliseconds)
            periodic.ExportIntervalMilliseconds = MinMetricExportMilliseconds;
    }

    // Name requests of AWS operations, which share one path, "Kinesis.PutRecords" instead of "POST /".
    private static void NameCall(Activity request, HttpResponse response)
    {
        if (request.GetTagItem(SpanTags.RpcService) is string service)
            request.DisplayName = $"{service}.{request.GetTagItem(SpanTags.RpcMethod)}";
    }
}
