using System.Diagnostics;
using Microsoft.Extensions.Configuration.Memory;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace LocalCloud.Telemetry;

/// <summary>Logs, metrics and traces over OTLP, and readable logs on the console.</summary>
internal static class TelemetrySetup
{
    private const string OwnNames = "LocalCloud*";
    private const int MinMetricExportMilliseconds = 5_000;

    private static readonly Dictionary<string, string?> s_loggingDefaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        // Health checks answer every second while the system starts; the caller sees the result.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:Amazon"] = "Warning",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
    };

    /// <summary>Adds telemetry. Nothing is recorded without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // The first source, so that every other one overrides it.
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
                    // Callers start traces. Set in code, this wins over OTEL_TRACES_SAMPLER.
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

    // A request for one of many operations at one address: "Kinesis.PutRecords" rather than "POST /".
    private static void NameCall(Activity request, HttpResponse response)
    {
        if (request.GetTagItem(SpanTags.RpcService) is string service)
            request.DisplayName = $"{service}.{request.GetTagItem(SpanTags.RpcMethod)}";
    }
}
