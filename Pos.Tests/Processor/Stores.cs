using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pos.Processor;
using Pos.Processor.Lake;
using Pos.Processor.LookupTable;
using Pos.Processor.Quarantine;
using Pos.Processor.Warehouse;
using Pos.Storage;
using Pos.Storage.LookupTable;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// The handler and the quarantine over three stores: a real or in-memory table, in-memory objects and rows.
/// </summary>
internal sealed class Stores : IDisposable
{
    private readonly IAmazonDynamoDB _dynamo;
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddMetrics()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<ProcessorMetrics>()
        .BuildServiceProvider();

    private Stores(IAmazonDynamoDB dynamo, PosResources resources, StoreCalls calls, TimeProvider? time = null)
    {
        _dynamo = dynamo;
        Calls = calls;
        S3 = new(calls);
        Firehose = new(calls);
        time ??= TimeProvider.System;
        Resources = resources;
        LookupTable = new(
            dynamo,
            resources,
            Options.Create(new LookupTableOptions { ThrottleBackoffMilliseconds = 1 }),
            time
        );
        Quarantine = new(S3, resources, time, Metrics, NullLogger<QuarantineStore>.Instance);
        Handler = new(
            LookupTable,
            new LakeSink(S3, resources),
            new WarehouseSink(
                Firehose,
                resources,
                Options.Create(new WarehouseOptions { PutBackoffMilliseconds = 1 }),
                time
            ),
            Quarantine,
            new BatchObserver(resources, Metrics, time, NullLogger<BatchObserver>.Instance)
        );
        Listing = new(Quarantine);
        Actions = new(Quarantine, Handler, LookupTable, time, NullLogger<QuarantineActions>.Instance);
    }

    public PosResources Resources { get; }
    public StoreCalls Calls { get; }
    public FakeS3 S3 { get; }

    /// <summary>The in-memory table.</summary>
    public FakeDynamo Dynamo => (FakeDynamo)_dynamo;
    public FakeFirehose Firehose { get; }
    public QuarantineStore Quarantine { get; }
    public QuarantineListing Listing { get; }
    public QuarantineActions Actions { get; }
    public LookupTableSink LookupTable { get; }
    public PurchaseBatchHandler Handler { get; }
    public ProcessorMetrics Metrics => _services.GetRequiredService<ProcessorMetrics>();

    public static async Task<Stores> CreateAsync(SharedTables tableServer) =>
        new(await tableServer.StartAsync(), await tableServer.CreateTablesAsync(), new());

    /// <summary>Creates stores with an in-memory table.</summary>
    public static Stores InMemory(TimeProvider? time = null)
    {
        var calls = new StoreCalls();
        return new(new FakeDynamo(calls), new(), calls, time);
    }

    /// <summary>Returns the lake's lines, object by object.</summary>
    public IEnumerable<(string Key, JsonElement Line)> Lake() =>
        S3.Keys("purchases/")
            .SelectMany(key => StoredLines.ReadObject(new MemoryStream(S3.Objects[key])), (key, line) => (key, line));

    /// <summary>Returns the purchase's item in the lookup table.</summary>
    public async Task<Dictionary<string, AttributeValue>> ItemAsync(string purchaseId) =>
        (
            await _dynamo.ScanAsync(new ScanRequest { TableName = Resources.LookupTable, ConsistentRead = true })
        ).Items.Single(item => item[LookupTableSchema.PurchaseId].S == purchaseId);

    public async Task<StoredLines> LinesAsync() =>
        StoredLines.From(
            Lake().Select(entry => entry.Line),
            (
                await _dynamo.ScanAsync(new ScanRequest { TableName = Resources.LookupTable, ConsistentRead = true })
            ).Items,
            Firehose
        );

    /// <summary>Asserts that each store has these lines, and that the lake has each version once.</summary>
    public async Task AssertLinesAsync(params IEnumerable<string> expected)
    {
        var lines = await LinesAsync();
        Assert.Equal(expected, lines.Lookup);
        Assert.Equal(expected, lines.Lake);
        Assert.Equal(expected, lines.Warehouse);
        Assert.Distinct(Lake().Select(entry => entry.Line.GetProperty("position").GetString()));
    }

    public void Dispose()
    {
        LookupTable.Dispose();
        S3.Dispose();
        Firehose.Dispose();
        _services.Dispose();
    }
}
