using System.Buffers;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using CsCheck;
using Microsoft.Extensions.Options;
using Pos.Contracts;
using Pos.Processor;
using Pos.Processor.LookupTable;
using Pos.Storage;
using Pos.Storage.LookupTable;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Processor;

[SystemTest]
public sealed class LookupTableSinkTests(SharedTables tableServer) : IAsyncLifetime
{
    private IAmazonDynamoDB _dynamo = null!;
    private PosResources _resources = null!;
    private LookupTableSink _sink = null!;

    public async ValueTask InitializeAsync()
    {
        _dynamo = await tableServer.StartAsync();
        _resources = await tableServer.CreateTablesAsync();
        _sink = new LookupTableSink(_dynamo, _resources, Options.Create(new LookupTableOptions()), TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        _sink.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_purchase_is_one_item_of_header_and_lines()
    {
        await WriteAsync(Samples.At(1, Samples.Purchase(lines: [Samples.Line(1), Samples.Line(2, -3, 0.0001m, null)])));

        var item = await ReadAsync("536365");
        Assert.Equal("17850", item[LookupTableSchema.CustomerId].S);
        Assert.Equal("2010-12-01T08:26:00Z", item[LookupTableSchema.PurchasedAt].S);
        Assert.Equal("2010-12-01T08:26:00.0000000Z#536365", item[LookupTableSchema.PurchasedAtPurchaseId].S);
        Assert.Equal("United Kingdom", item[LookupTableSchema.Country].S);
        Assert.Equal("GBP", item[LookupTableSchema.Currency].S);
        Assert.Equal(Position.Create("1", 0), item[LookupTableSchema.Position].S);
        Assert.False(item.ContainsKey(LookupTableSchema.StoreId));
        Assert.Equal(
            new(Samples.Line(1), LinePosition.From(Position.Create("1", 0))),
            LookupLine.Parse(1, item["line_0001"].S)
        );
        Assert.Equal(
            new(Samples.Line(2, -3, 0.0001m, null), LinePosition.From(Position.Create("1", 0))),
            LookupLine.Parse(2, item["line_0002"].S)
        );
    }

    [Fact]
    public void Greatest_positions_win_in_any_order_of_arrival_with_any_redelivery()
    {
        var line = Gen.Select(Gen.Int[1, 6], Gen.Int[1, 1000], Gen.Decimal[-100, 100], (number, quantity, price) =>
            Samples.Line(number, quantity, Math.Round(price, 4))
        );
        var purchase = Gen.Select(Gen.Bool, Gen.Int[0, 2], line.Array[1, 4], (isFirst, customer, lines) =>
            Samples.Purchase(
                isFirst ? "A" : "B",
                customer is 0 ? null : $"1785{customer}",
                [.. lines.DistinctBy(l => l.Line)]
            )
        );
        // Random batches of versions, then all versions once more in random order.
        var history = Gen.Select(purchase.Array[1, 8], Gen.Int[0, 7].Array[0, 4].Array[0, 6], Gen.Int[0, 1_000_000]);

        history.Sample(
            (purchases, deliveries, seed) =>
            {
                var prefix = Guid.NewGuid().ToString("N");
                var posts = purchases
                    .Select((p, i) => Samples.At(i + 8, p with { PurchaseId = $"{prefix}-{p.PurchaseId}" }))
                    .ToArray();
                var shuffled = posts.ToArray();
                new Random(seed).Shuffle(shuffled);
                foreach (var delivery in deliveries)
                    Write([.. delivery.Where(i => i < posts.Length).Distinct().Select(i => posts[i])]);
                foreach (var batch in shuffled.Chunk(1 + seed % 3))
                    Write(batch);

                foreach (var ofPurchase in posts.GroupBy(post => post.Accepted.Purchase.PurchaseId))
                    AssertIsModel([.. ofPurchase], ReadAsync(ofPurchase.Key).GetAwaiter().GetResult());
            },
            iter: 60,
            threads: 2
        );

        void Write(PurchaseVersion[] batch) => WriteAsync(batch).GetAwaiter().GetResult();
    }

    private static void AssertIsModel(PurchaseVersion[] posts, Dictionary<string, AttributeValue> item)
    {
        var newest = posts.MaxBy(post => post.Position, StringComparer.Ordinal)!;
        Assert.Equal(newest.Position, item[LookupTableSchema.Position].S);
        Assert.Equal(newest.Accepted.Purchase.CustomerId, item.GetValueOrDefault(LookupTableSchema.CustomerId)?.S);
        Assert.Equal(
            newest.Accepted.Purchase.CustomerId is not null,
            item.ContainsKey(LookupTableSchema.PurchasedAtPurchaseId)
        );

        var expected = posts
            .SelectMany(
                post => post.Accepted.Purchase.Lines,
                (post, line) => new LookupLine(line, LinePosition.From(post.Position))
            )
            .GroupBy(
                line => line.Line.Line,
                (_, versions) => versions.MaxBy(version => version.Position, StringComparer.Ordinal)!
            )
            .OrderBy(line => line.Line.Line);
        Assert.Equal(expected, Lines(item));
    }

    [Fact]
    public async Task Older_version_with_other_lines_that_arrives_late_is_merged()
    {
        await WriteAsync(
            Samples.At(2, Samples.Purchase(lines: [Samples.Line(1, quantity: 20), Samples.Line(3, quantity: 30)]))
        );
        await WriteAsync(
            Samples.At(
                1,
                Samples.Purchase(customer: "13047", lines: [Samples.Line(1, quantity: 1), Samples.Line(2, quantity: 2)])
            )
        );

        var item = await ReadAsync("536365");
        Assert.Equal([20, 2, 30], Lines(item).Select(line => line.Line.Quantity));
        Assert.Equal("17850", item[LookupTableSchema.CustomerId].S);
    }

    [Fact]
    public async Task Newer_version_without_a_customer_removes_the_purchase_from_the_index()
    {
        await WriteAsync(Samples.At(1, Samples.Purchase()));
        await WriteAsync(Samples.At(2, Samples.Purchase(customer: null)));

        var index = await _dynamo.ScanAsync(
            new ScanRequest { TableName = _resources.LookupTable, IndexName = _resources.CustomerIndex }
        );
        Assert.Empty(index.Items);
    }

    [Fact]
    public async Task Concurrent_writers_agree_on_the_greatest_positions()
    {
        var posts = Enumerable
            .Range(1, 24)
            .Select(i => Samples.At(i, Samples.Purchase(lines: [Samples.Line(i % 5 + 1, i), Samples.Line(9, i)])))
            .ToArray();
        new Random(7).Shuffle(posts);

        await Task.WhenAll(posts.Select(post => WriteAsync(post)));

        AssertIsModel(posts, await ReadAsync("536365"));
    }

    [Fact]
    public async Task Largest_allowed_purchase_fits_and_can_be_written_twice()
    {
        var description = new string('Ä', 27);
        var purchase = Samples.Purchase(
            lines:
            [
                .. Enumerable
                    .Range(1, PurchaseLimits.MaxLines)
                    .Select(i => Samples.Line(98_000 + i, 1_000, 1.25m, description)),
            ]
        );
        var bytes = new ArrayBufferWriter<byte>();
        PurchaseWriter.WritePosted(bytes, purchase);
        // A till may omit the line numbers.
        var posted = bytes.WrittenCount - PurchaseLimits.MaxLines * "\"line\":98001,".Length;
        Assert.InRange(posted, PurchaseLimits.MaxPostedBytes - 5_000, PurchaseLimits.MaxPostedBytes);
        var post = Samples.At(1, purchase);

        await WriteAsync(post);
        await WriteAsync(post);

        AssertIsModel([post], await ReadAsync("536365"));
    }

    [Fact]
    public async Task Version_that_would_exceed_the_item_size_is_left_out_alone()
    {
        var first = Samples.At(1, Large(from: 1));
        var second = Samples.At(2, Large(from: 1001));
        var small = Samples.At(3, Samples.Purchase(lines: Samples.Line(1, quantity: 99)));
        var other = Samples.At(4, Samples.Purchase("536366"));

        var result = await _sink.WriteAsync([first, second, small, other], CancellationToken.None);

        Assert.Null(result.LowestFailedRecord);
        Assert.Same(second, Assert.Single(result.TooLarge));
        AssertIsModel([first, small], await ReadAsync("536365"));
        AssertIsModel([other], await ReadAsync("536366"));

        // 600 lines of 400 characters and their positions: more than half of an item.
        static Purchase Large(int from) =>
            Samples.Purchase(
                lines: [.. Enumerable.Range(from, 600).Select(i => Samples.Line(i, description: new string('x', 400)))]
            );
    }

    [Fact]
    public async Task Failure_names_the_first_incompletely_stored_record()
    {
        using var sink = new LookupTableSink(
            _dynamo,
            _resources with
            {
                LookupTable = "no-such-table",
            },
            Options.Create(new LookupTableOptions()),
            TimeProvider.System
        );

        var result = await sink.WriteAsync(
            [Samples.At(5, Samples.Purchase()), Samples.At(3, Samples.Purchase("536366"))],
            CancellationToken.None
        );

        Assert.Equal(3, result.LowestFailedRecord);
        Assert.IsType<ResourceNotFoundException>(result.Failure);
    }

    private async Task WriteAsync(params PurchaseVersion[] posts)
    {
        var result = await _sink.WriteAsync(posts, CancellationToken.None);
        Assert.Null(result.Failure);
        Assert.Empty(result.TooLarge);
    }

    private async Task<Dictionary<string, AttributeValue>> ReadAsync(string purchaseId) =>
        (
            await _dynamo.GetItemAsync(
                new GetItemRequest
                {
                    TableName = _resources.LookupTable,
                    Key = new() { [LookupTableSchema.PurchaseId] = new(purchaseId) },
                    ConsistentRead = true,
                }
            )
        ).Item;

    private static IEnumerable<LookupLine> Lines(Dictionary<string, AttributeValue> item) =>
        item.Where(attribute => LookupTableSchema.TryGetLine(attribute.Key, out _))
            .Select(attribute =>
                LookupLine.Parse(int.Parse(attribute.Key[LookupTableSchema.LinePrefix.Length..]), attribute.Value.S)
            )
            .OrderBy(line => line.Line.Line);
}
