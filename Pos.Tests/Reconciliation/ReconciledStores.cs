using System.IO.Compression;
using System.Text;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using LocalCloud.Objects.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pos.Contracts;
using Pos.Contracts.Lookup;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.Lake;
using Pos.Processor.LookupTable;
using Pos.Processor.Quarantine;
using Pos.Processor.Warehouse;
using Pos.Reconciliation;
using Pos.Reconciliation.Rebuild;
using Pos.Storage;
using Pos.Storage.LookupTable;
using Pos.Tests.LocalCloud.Delivery;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Postgres;
using Pos.Tests.Processor;
using Xunit;

namespace Pos.Tests.Reconciliation;

/// <summary>Runs the processor's handler with real stores: LocalCloud and Postgres.</summary>
internal sealed class ReconciledStores : IAsyncDisposable
{
    private readonly ServiceProvider _metrics = new ServiceCollection()
        .AddMetrics()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<ProcessorMetrics>()
        .BuildServiceProvider();

    private ReconciledStores(DeliveryFixture delivery, IAmazonDynamoDB dynamo, PosResources resources)
    {
        Delivery = delivery;
        Dynamo = dynamo;
        Resources = resources;
        S3 = new(
            new BasicAWSCredentials("any", "any"),
            new AmazonS3Config
            {
                ServiceURL = delivery.Server.Url,
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
            }
        );
        LookupTable = new(dynamo, resources, Options.Create(new LookupTableOptions()), TimeProvider.System);
        var metrics = _metrics.GetRequiredService<ProcessorMetrics>();
        Handler = new(
            LookupTable,
            new LakeSink(S3, resources),
            new WarehouseSink(
                delivery.Firehose,
                resources,
                Options.Create(new WarehouseOptions()),
                TimeProvider.System
            ),
            new QuarantineStore(S3, resources, TimeProvider.System, metrics, NullLogger<QuarantineStore>.Instance),
            new BatchObserver(resources, metrics, TimeProvider.System, NullLogger<BatchObserver>.Instance)
        );
    }

    public DeliveryFixture Delivery { get; }
    public IAmazonDynamoDB Dynamo { get; }
    public PosResources Resources { get; }
    public AmazonS3Client S3 { get; }
    public LookupTableSink LookupTable { get; }
    public PurchaseBatchHandler Handler { get; }

    public static async Task<ReconciledStores> StartAsync(PostgresServer postgres, SharedTables tableServer)
    {
        var delivery = await DeliveryFixture.StartAsync(postgres);
        await delivery.CreateStreamAsync();
        var resources = await tableServer.CreateTablesAsync();
        await delivery
            .Server.Services.GetRequiredService<ObjectStore>()
            .CreateBucketAsync(resources.LakeBucket, CancellationToken.None);
        return new(delivery, await tableServer.StartAsync(), resources);
    }

    /// <summary>
    /// Processes each record as a batch, which gives one lake object, and waits until all rows are in the warehouse.
    /// </summary>
    public async Task ProcessAsync(params StreamRecord[] records)
    {
        foreach (var record in records)
        {
            var answer = await Handler.HandleAsync([record], lease: null, CancellationToken.None);
            Assert.Empty(answer.BatchItemFailures);
        }
        await DeliveredAsync();
    }

    public Task DeliveredAsync() =>
        Wait.UntilAsync(async () =>
            Delivery.State().BacklogBytes == 0
            && await Delivery.Warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines_landing") == 0
        );

    /// <summary>Rebuilds lookup table and warehouse from the lake.</summary>
    /// <param name="settle">Waits before unmatched lines are removed; null if nothing is in flight.</param>
    public Task<LakeRebuildReport> RebuildAsync(
        LakeSpan span = default,
        Func<CancellationToken, Task>? settle = null,
        bool dryRun = false,
        CancellationToken cancellationToken = default
    ) =>
        new LakeRebuild(S3, Dynamo, Delivery.Warehouse.Source, Resources).RunAsync(
            span,
            settle ?? (_ => Task.CompletedTask),
            dryRun,
            cancellationToken
        );

    public Task<ReconciliationReport> ReconcileAsync() =>
        new Reconciler(S3, Dynamo, Delivery.Warehouse.Source, Resources).RunAsync(CancellationToken.None);

    /// <summary>Changes the text of a line in its item; null removes the line.</summary>
    public async Task ChangeLookupLineAsync(string purchaseId, int line, Func<string, string?> change)
    {
        var key = new Dictionary<string, AttributeValue> { [LookupTableSchema.PurchaseId] = new(purchaseId) };
        var name = LookupTableSchema.LineAttribute(line);
        var item = (
            await Dynamo.GetItemAsync(
                new GetItemRequest
                {
                    TableName = Resources.LookupTable,
                    Key = key,
                    ConsistentRead = true,
                }
            )
        ).Item;
        var text = change(item[name].S);
        await Dynamo.UpdateItemAsync(
            new UpdateItemRequest
            {
                TableName = Resources.LookupTable,
                Key = key,
                UpdateExpression = text is null ? $"REMOVE {name}" : $"SET {name} = :text",
                ExpressionAttributeValues = text is null ? null : new() { [":text"] = new(text) },
            }
        );
    }

    /// <summary>Returns a purchase's item; null when there is none.</summary>
    public async Task<Dictionary<string, AttributeValue>?> ItemAsync(string purchaseId)
    {
        var answer = await Dynamo.GetItemAsync(
            new GetItemRequest
            {
                TableName = Resources.LookupTable,
                Key = new() { [LookupTableSchema.PurchaseId] = new(purchaseId) },
                ConsistentRead = true,
            }
        );
        return answer.Item is { Count: > 0 } item ? item : null;
    }

    public Task PutItemAsync(Dictionary<string, AttributeValue> item) =>
        Dynamo.PutItemAsync(new() { TableName = Resources.LookupTable, Item = item });

    /// <summary>Returns the revision of each item, by purchase.</summary>
    public async Task<Dictionary<string, string>> RevisionsAsync() =>
        (await ItemsAsync()).ToDictionary(
            item => item[LookupTableSchema.PurchaseId].S,
            item => item[LookupTableSchema.Revision].N
        );

    public async Task ClearLookupAsync()
    {
        foreach (var item in await ItemsAsync())
            await Dynamo.DeleteItemAsync(
                Resources.LookupTable,
                new() { [LookupTableSchema.PurchaseId] = item[LookupTableSchema.PurchaseId] }
            );
    }

    private async Task<List<Dictionary<string, AttributeValue>>> ItemsAsync()
    {
        var items = new List<Dictionary<string, AttributeValue>>();
        await foreach (
            var page in Dynamo
                .Paginators.Scan(new() { TableName = Resources.LookupTable, ConsistentRead = true })
                .Responses
        )
            items.AddRange(page.Items);
        return items;
    }

    public async Task<string[]> LakeKeysAsync()
    {
        var keys = new List<string>();
        await foreach (
            var found in S3
                .Paginators.ListObjectsV2(new() { BucketName = Resources.LakeBucket, Prefix = "purchases/" })
                .S3Objects
        )
            keys.Add(found.Key);
        return [.. keys];
    }

    /// <summary>Changes the text of a lake object.</summary>
    public async Task ChangeLakeObjectAsync(string key, Func<string, string> change)
    {
        string text;
        using (var found = await S3.GetObjectAsync(Resources.LakeBucket, key))
        using (var reader = new StreamReader(new GZipStream(found.ResponseStream, CompressionMode.Decompress)))
            text = await reader.ReadToEndAsync();
        using var content = new MemoryStream();
        await using (var gzip = new GZipStream(content, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(change(text)));
        content.Position = 0;
        await S3.PutObjectAsync(
            new()
            {
                BucketName = Resources.LakeBucket,
                Key = key,
                InputStream = content,
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        S3.Dispose();
        LookupTable.Dispose();
        await _metrics.DisposeAsync();
        await Delivery.DisposeAsync();
    }
}
