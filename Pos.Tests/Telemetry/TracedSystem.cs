using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pos.Tests.Cli;
using Pos.Tests.Ingest;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>
/// Ingest, LocalCloud, processor and lookup as processes that export to an OTLP server, with Postgres and tables. The
/// first test that needs them starts them.
/// </summary>
public sealed class TracedSystem(PostgresServer postgres, SharedTables tableServer) : IAsyncDisposable
{
    /// <summary>Name of the tests' collection: they share the processes and run one after another.</summary>
    internal const string Collection = "Traced system";

    private readonly SemaphoreSlim _starting = new(1);
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("pos traced ").FullName;

    internal OtlpServer Otlp { get; private set; } = null!;
    internal ServiceProcess LocalCloud { get; private set; } = null!;
    internal ServiceProcess Ingest { get; private set; } = null!;
    internal ServiceProcess Processor { get; private set; } = null!;
    internal ServiceProcess Lookup { get; private set; } = null!;

    internal async Task<TracedSystem> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (Lookup is null)
                await StartAsync();
            return this;
        }
        finally
        {
            _starting.Release();
        }
    }

    internal Task PostAsync(string purchaseId) => PostAsync([purchaseId], traceParent: null);

    /// <summary>Posts purchases as one request.</summary>
    /// <param name="purchaseIds">One or more.</param>
    /// <param name="traceParent">The client's trace context; null if it has none.</param>
    internal async Task PostAsync(string[] purchaseIds, string? traceParent)
    {
        var body = IngestServer.Array(purchaseIds.Select(id => IngestServer.Purchase(id)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/purchases")
        {
            Content = new StringContent(body, Encoding.UTF8, IngestServer.Json),
        };
        if (traceParent is not null)
            request.Headers.Add("traceparent", traceParent);
        using var response = await Ingest.Http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Waits until the warehouse has all rows, so that the next delivery belongs to the test.</summary>
    internal Task DrainedAsync() =>
        Wait.UntilAsync(async () =>
        {
            var streams = JsonNode.Parse(await LocalCloud.Http.GetStringAsync("/_delivery"))!.AsArray();
            return streams.All(stream => (long)stream!["backlogBytes"]! == 0);
        });

    /// <summary>Waits until the exported spans meet a condition. Returns all spans exported until then.</summary>
    internal async Task<IReadOnlyList<ExportedSpan>> SpansAsync(Func<IReadOnlyList<ExportedSpan>, bool> areComplete)
    {
        IReadOnlyList<ExportedSpan> spans = [];
        await Wait.UntilAsync(() => areComplete(spans = Otlp.Spans), "the spans");
        return spans;
    }

    public async ValueTask DisposeAsync()
    {
        while (_parts.TryPop(out var part))
            await part.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _starting.Dispose();
    }

    private async Task StartAsync()
    {
        Otlp = Keep(await OtlpServer.StartAsync());
        await tableServer.StartAsync();
        var warehouse = await postgres.CreateDatabaseAsync();
        var settings = new Dictionary<string, string>
        {
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = "test",
            ["AWS_SECRET_ACCESS_KEY"] = "test",
            ["AWS_ENDPOINT_URL_DYNAMODB"] = tableServer.Url!,
            ["Pos__Resources__LookupTable"] = "purchases-traced",
            ["Pos__Resources__LeaseTable"] = "leases-traced",
            ["ConnectionStrings__warehouse"] = warehouse,
            ["LocalCloud__DataFolder"] = _folder,
            ["LocalCloud__Delivery__AfterCopySql"] = "CALL merge_purchase_lines()",
        };
        LocalCloud = await StartAsync("localcloud", "LocalCloud", settings);
        foreach (var service in (string[])["KINESIS", "FIREHOSE", "S3"])
            settings[$"AWS_ENDPOINT_URL_{service}"] = LocalCloud.Url;
        await ProvisionAsync(settings);
        Ingest = await StartAsync("ingest", "Pos.Ingest", settings);
        Processor = await StartAsync("processor", "Pos.Processor", settings);
        Lookup = await StartAsync("lookup", "Pos.Lookup", settings);
        foreach (var service in (ServiceProcess[])[Ingest, Processor, Lookup])
            await Wait.UntilAsync(async () =>
            {
                using var health = await service.Http.GetAsync("/health");
                return health.IsSuccessStatusCode;
            });
    }

    private async Task<ServiceProcess> StartAsync(string name, string assembly, Dictionary<string, string> settings)
    {
        var environment = Otlp.EnvironmentOf(name);
        foreach (var (setting, value) in settings)
            environment[setting] = value;
        return Keep(await ServiceProcess.StartAsync(assembly, environment));
    }

    private static async Task ProvisionAsync(Dictionary<string, string> settings)
    {
        using var pos = new PosCommand();
        pos.FileOf(
            "appsettings.json",
            JsonSerializer.Serialize(
                settings.ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), s => s.Value)
            )
        );
        var (exitCode, output, errors) = await pos.RunAsync("provision", "--shards", "2");
        if (exitCode != 0)
            throw new InvalidOperationException($"provision failed: {output}{errors}");
    }

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }
}

[CollectionDefinition(TracedSystem.Collection)]
public sealed class TracedSystemTests : ICollectionFixture<TracedSystem>;
