using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Pos.Tests.Telemetry;

/// <summary>Receives telemetry over OTLP (HTTP, protobuf), as Aspire's dashboard does.</summary>
internal sealed class OtlpServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<ExportedSpan> _spans = [];
    private readonly HashSet<ExportedMetric> _metrics = [];
    private readonly WebApplication _app;

    private OtlpServer(WebApplication app) => _app = app;

    public string Url => _app.Urls.First();

    public IReadOnlyList<ExportedSpan> Spans
    {
        get
        {
            lock (_lock)
                return [.. _spans];
        }
    }

    public IReadOnlyList<ExportedMetric> Metrics
    {
        get
        {
            lock (_lock)
                return [.. _metrics];
        }
    }

    /// <summary>Returns the environment of a service that exports to this server, as Aspire sets it.</summary>
    public Dictionary<string, string> EnvironmentOf(string service) =>
        new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Url,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_SERVICE_NAME"] = service,
            ["OTEL_TRACES_SAMPLER"] = "always_on",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        };

    public static async Task<OtlpServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new OtlpServer(builder.Build());
        server._app.MapPost("/v1/traces", server.TakeSpansAsync);
        server._app.MapPost("/v1/metrics", server.TakeMetricsAsync);
        server._app.MapPost("/v1/logs", () => Results.Ok());
        await server._app.StartAsync();
        return server;
    }

    public void Clear()
    {
        lock (_lock)
            _spans.Clear();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeSpansAsync(HttpRequest request)
    {
        var spans = OtlpMessages.Spans(await ReadAsync(request));
        lock (_lock)
            _spans.AddRange(spans);
    }

    private async Task TakeMetricsAsync(HttpRequest request)
    {
        var metrics = OtlpMessages.Metrics(await ReadAsync(request));
        lock (_lock)
            _metrics.UnionWith(metrics);
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return body.ToArray();
    }
}
