using System.Diagnostics;
using Microsoft.Extensions.Configuration.Memory;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace LocalCloud.Telemetry;

/// <summary>Exports logs, metrics and traces over OTLP and writes readable logs to the console.</summary>
internal static class TelemetrySetup
{
    private const string OwnNames = "LocalCloud*";
    private const int MinMetricExportMilliseconds = 5_000;

    private static readonly Dictionary<string, string?> s_loggingDefaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // Health checks run every second while the system starts. The caller sees the result.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:Amazon"] = "Warning",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
    };

    /// <summary>Adds telemetry. Nothing is recorded without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // First in the list, so that all other sources override it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = s_loggingDefaults });
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        builder.Services.ConfigureAll<MetricReaderOptions>(LimitExports);
        builder
            .Services.AddOpenTelemetry()
            .WithMetrics(metrics =>
                metrics
                    .AddMeter(OwnNames)
                    .AddAspNetCoreInstrumentation()
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
            )
            .WithTracing(tracing =>
                tracing
                    .AddSource(OwnNames)
                    .AddAspNetCoreInstrumentation(requests => requests.EnrichWithHttpResponse = NameCall)
                    .AddHttpClientInstrumentation()
                    // Callers start traces. A sampler set in code overrides OTEL_TRACES_SAMPLER.
                    .SetSampler(new ParentBasedSampler(new AlwaysOffSampler()))
            )
            .UseOtlpExporter();
    }

    private static void LimitExports(MetricReaderOptions reader)
    {
        var periodic = reader.PeriodicExportingMetricReaderOptions;
        if (periodic.ExportIntervalMilliseconds < MinMetricExportMilliseconds)
            periodic.ExportIntervalMilliseconds = MinMetricExportMilliseconds;
    }

    // All operations share one address, so name the span "Kinesis.PutRecords" rather than "POST /".
    private static void NameCall(Activity request, HttpResponse response)
    {
        if (request.GetTagItem(SpanTags.RpcService) is string service)
            request.DisplayName = $"{service}.{request.GetTagItem(SpanTags.RpcMethod)}";
    }
}
