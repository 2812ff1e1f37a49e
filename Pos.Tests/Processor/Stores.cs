using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Pos.Processor;
using Pos.Processor.Lake;
using Pos.Processor.LookupTable;
using Pos.Processor.Quarantine;
using Pos.Processor.Warehouse;
using Pos.Purchases;
using Pos.ServiceDefaults.Provisioning;
using Pos.Tests.Dynalite;

namespace Pos.Tests.Processor;

/// <summary>The handler over three stores: a real table, objects and rows in memory.</summary>
internal sealed class Stores : IDisposable
{
    private readonly IAmazonDynamoDB _dynamo;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ProcessorMetrics>().BuildServiceProvider();

    private Stores(IAmazonDynamoDB dynamo, PosResources resources)
    {
        _dynamo = dynamo;
        Resources = resources;
        LookupTable = new(dynamo, resources, Options.Create(new LookupTableOptions()));
        Handler = new(LookupTable, new LakeSink(S3, resources),
            new WarehouseSink(Firehose, resources, Options.Create(new WarehouseOptions { PutBackoffMilliseconds = 1 }), TimeProvider.System),
            new QuarantineStore(S3, resources, TimeProvider.System, Metrics), Metrics);
    }

    public PosResources Resources { get; }
    public FakeS3 S3 { get; } = new();
    public FakeFirehose Firehose { get; } = new();
    public LookupTableSink LookupTable { get; }
    public PurchaseBatchHandler Handler { get; }
    public ProcessorMetrics Metrics => _services.GetRequiredService<ProcessorMetrics>();

    public static async Task<Stores> CreateAsync(DynaliteServer dynalite) => new(await dynalite.StartAsync(), await dynalite.CreateTablesAsync());

    /// <summary>The lake's lines, object by object.</summary>
    public IEnumerable<(string Key, JsonElement Line)> Lake()
    {
        foreach (var key in S3.Keys("purchases/"))
        {
            using var text = new StreamReader(new GZipStream(new MemoryStream(S3.Objects[key]), CompressionMode.Decompress), Encoding.UTF8);
            while (text.ReadLine() is { } line)
                yield return (key, JsonElement.Parse(line));
        }
    }

    /// <summary>What each store holds of each purchase's line, as <c>id/line=quantity</c>, each line once; in the lake, by greatest position.</summary>
    public async Task<(string[] Lake, string[] Lookup, string[] Warehouse)> LinesAsync()
    {
        var lake = Lake()
            .SelectMany(entry => entry.Line.GetProperty("lines").EnumerateArray(), (entry, line) => (entry.Line, Item: line))
            .GroupBy(entry => (Id: entry.Line.GetProperty("purchase_id").GetString(), Line: entry.Item.GetProperty("line").GetInt32()))
            .Select(versions => versions.MaxBy(version => version.Line.GetProperty("position").GetString(), StringComparer.Ordinal))
            .Select(entry => $"{entry.Line.GetProperty("purchase_id")}/{entry.Item.GetProperty("line")}={entry.Item.GetProperty("quantity")}");
        var items = (await _dynamo.ScanAsync(new ScanRequest { TableName = Resources.LookupTable, ConsistentRead = true })).Items;
        var lookup = items.SelectMany(item => item.Where(attribute => LookupTableSchema.TryGetLine(attribute.Key, out _)), (item, attribute) =>
        {
            LookupTableSchema.TryGetLine(attribute.Key, out var number);
            return $"{item[LookupTableSchema.PurchaseId].S}/{number}={LookupLine.Parse(number, attribute.Value.S).Line.Quantity}";
        });
        var warehouse = Firehose.Merged().Select(row => $"{row.Key.PurchaseId}/{row.Key.Line}={row.Value.GetProperty("quantity")}");
        return (Sorted(lake), Sorted(lookup), Sorted(warehouse));

        static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        LookupTable.Dispose();
        S3.Dispose();
        Firehose.Dispose();
        _services.Dispose();
    }
}
