using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Amazon.Kinesis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Pos.Ingest;
using Pos.Ingest.Purchases;
using Pos.Ingest.Status;
using Pos.ServiceDefaults;

namespace Pos.Tests.Ingest;

/// <summary>The ingest service in the test's process, on a free port.</summary>
internal sealed class IngestServer : IAsyncDisposable
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";

    private readonly WebApplication _app;

    private IngestServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient
        {
            BaseAddress = new Uri(
                app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
            ),
        };
    }

    public HttpClient Http { get; }
    public IServiceProvider Services => _app.Services;

    /// <summary>Builds the service as its program does.</summary>
    /// <param name="args">Configuration as <c>--Key=value</c>.</param>
    /// <param name="configure">Registers replacements.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServiceDefaults();
        builder.AddIngest();
        configure?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapServiceDefaults();
        app.MapOpenApi();
        app.MapPurchases();
        app.MapStatus();
        return app;
    }

    /// <param name="kinesis">A fake stream; null uses the configured one.</param>
    /// <param name="settings">More configuration, as <c>--Key=value</c>.</param>
    public static Task<IngestServer> StartAsync(IAmazonKinesis? kinesis, params string[] settings) =>
        StartAsync(kinesis, logs: null, settings);

    /// <param name="kinesis">A fake stream; null uses the configured one.</param>
    /// <param name="logs">Receives the logs that the settings enable: none by default.</param>
    /// <param name="settings">More configuration, as <c>--Key=value</c>.</param>
    public static async Task<IngestServer> StartAsync(IAmazonKinesis? kinesis, LogLines? logs, params string[] settings)
    {
        var app = Build(
            [
                "--urls=http://127.0.0.1:0",
                "--Logging:LogLevel:Default=None",
                "--Logging:LogLevel:Microsoft.AspNetCore=None",
                .. settings,
            ],
            services =>
            {
                if (kinesis is not null)
                    services.AddSingleton(kinesis);
                if (logs is not null)
                    services.AddSingleton<ILoggerProvider>(logs);
            }
        );
        await app.StartAsync();
        return new IngestServer(app);
    }

    public Task<Answer> PostAsync(string body, string contentType = Json) =>
        PostAsync(Encoding.UTF8.GetBytes(body), contentType);

    public async Task<Answer> PostAsync(byte[] body, string? contentType = Json, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        using var response = await Http.PostAsync("/purchases", content);
        var text = await response.Content.ReadAsStringAsync();
        return new Answer(
            (int)response.StatusCode,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.RetryAfter?.Delta,
            JsonDocument.Parse(text).RootElement
        );
    }

    public static byte[] Gzip(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    public static string Purchase(
        string purchaseId,
        int lines = 1,
        string description = "WHITE HANGING HEART T-LIGHT HOLDER"
    ) =>
        $$"""{"purchase_id":"{{purchaseId}}","customer_id":"17850","purchased_at":"2010-12-01T08:26:00Z","""
        + $$""" "country":"United Kingdom","lines":[{{string.Join(',', Lines(lines, description))}}]}""";

    private static IEnumerable<string> Lines(int lines, string description) =>
        Enumerable
            .Range(1, lines)
            .Select(line =>
                $$"""{"line":{{line}},"product_id":"85123A","description":"{{description}}","""
                + """ "quantity":6,"unit_price":2.55}"""
            );

    public static string Array(IEnumerable<string> purchases) => $"[{string.Join(',', purchases)}]";

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    internal sealed record Answer(int Status, string? ContentType, TimeSpan? RetryAfter, JsonElement Body)
    {
        public int Accepted => Body.GetProperty("accepted").GetInt32();
        public int Lines => Body.GetProperty("lines").GetInt32();
        public string? Detail => Body.GetProperty("detail").GetString();

        public IReadOnlyList<(int Index, string? PurchaseId, string Field, string Code)> Rejected =>
            [
                .. Body.GetProperty("rejected")
                    .EnumerateArray()
                    .Select(item =>
                    {
                        var error = item.GetProperty("errors")[0];
                        return (
                            item.GetProperty("index").GetInt32(),
                            item.GetProperty("purchase_id").GetString(),
                            error.GetProperty("field").GetString()!,
                            error.GetProperty("code").GetString()!
                        );
                    }),
            ];
    }
}
