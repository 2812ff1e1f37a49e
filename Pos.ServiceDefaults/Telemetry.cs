using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Pos.ServiceDefaults;

/// <summary>Logs, metrics and traces over OTLP. Ours are the meters and activity sources named <c>Pos.*</c>.</summary>
internal static class Telemetry
{
    private const string OurNames = "Pos.*";

    /// <summary>
    /// Does nothing without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>: recording costs time and would have no reader.
    /// </summary>
    public static void AddTelemetry(this IHostApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
            return;

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
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
                    .AddAspNetCoreInstrumentation(requests =>
                        requests.Filter = context =>
                            !context.Request.Path.StartsWithSegments(ServiceDefaults.HealthPath)
                            && !context.Request.Path.StartsWithSegments(ServiceDefaults.AlivePath)
                    )
                    .AddHttpClientInstrumentation()
            )
            .UseOtlpExporter();
    }
}
