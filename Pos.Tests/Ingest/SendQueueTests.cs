using System.Text;
using Amazon.Kinesis.Model;
using Pos.Ingest.Stream;
using Xunit;

namespace Pos.Tests.Ingest;

/// <summary>Packing, waiting and order of queued purchases, with fixed times and jitter.</summary>
[Fast]
public sealed class SendQueueTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(10);
    private static readonly ShardMap s_two = Shards("0", "170141183460469231731687303715884105728");
    private readonly SendQueue _queue = new(linger: TimeSpan.FromMilliseconds(5), jitter: () => 1);

    [Theory]
    [InlineData("", "281949768489412648962353822266799178366")] // MD5 of nothing: d41d8cd98f00b204e9800998ecf8427e
    [InlineData("abc", "191415658344158766168031473277922803570")] // 900150983cd24fb0d6963f7d28e17f72 (RFC 1321, A.5)
    public void Hash_key_is_the_MD5_as_a_number(string partitionKey, string hashKey) =>
        Assert.Equal(UInt128.Parse(hashKey, null), ShardMap.HashKeyOf(partitionKey));

    [Fact]
    public void Hash_key_belongs_to_the_open_shard_whose_range_contains_it()
    {
        var middle = UInt128.Parse("170141183460469231731687303715884105728", null);
        Assert.Equal(
            ["shard-0", "shard-0", "shard-1", "shard-1"],
            new[] { UInt128.Zero, middle - 1, middle, UInt128.MaxValue }.Select(s_two.ShardOf)
        );
        Assert.Throws<ArgumentException>(() => new ShardMap([]));
    }

    [Fact]
    public void Purchases_of_a_shard_share_records_of_at_most_512_KiB_in_their_order()
    {
        for (var i = 0; i < 3000; i++)
            Add($"{i}", bytes: 1000);
        var records = _queue.TakeFlush(s_two, TimeSpan.Zero);

        Assert.All(records, record => Assert.InRange(record.Bytes, 1, 512 * 1024));
        Assert.All(records, record =>
            Assert.All(record.Purchases, purchase => Assert.Equal(record.ShardId, s_two.ShardOf(purchase.HashKey)))
        );
        Assert.Equal(6, records.Count); // 1.5 MB of each shard
        Assert.Equal(3000, records.Sum(record => record.Purchases.Count));
        foreach (var shard in records.GroupBy(record => record.ShardId))
            Assert.Equal(
                shard.SelectMany(record => Ids(record)).OrderBy(int.Parse),
                shard.SelectMany(record => Ids(record))
            );
        Assert.Equal(0, _queue.Waiting);
    }

    [Fact]
    public void Record_contains_a_line_for_each_purchase_and_has_the_first_ones_key()
    {
        var one = Shards("0");
        Add("a", bytes: 3);
        Add("b", bytes: 2);
        var entry = Assert.Single(_queue.TakeFlush(one, TimeSpan.Zero)).ToEntry();
        Assert.Equal(("a", "aa\nb\n"), (entry.PartitionKey, Encoding.UTF8.GetString(entry.Data.ToArray())));
    }

    [Fact]
    public void Call_has_at_most_4_MiB_and_the_rest_follows_in_the_next()
    {
        for (var i = 0; i < 40; i++)
            Add($"{i}", bytes: 250_000);
        var calls = new List<IReadOnlyList<StreamRecord>>();
        while (_queue.Waiting > 0)
            calls.Add(_queue.TakeFlush(s_two, TimeSpan.Zero));
        Assert.All(calls, call => Assert.InRange(call.Sum(record => record.Bytes), 1, 4 * 1024 * 1024));
        Assert.Equal(3, calls.Count);
    }

    [Fact]
    public void Flush_is_due_after_the_linger_or_with_500_purchases_or_4_MiB()
    {
        Add("1", bytes: 10);
        Assert.Equal(TimeSpan.FromMilliseconds(5), _queue.LingersUntil(TimeSpan.FromMilliseconds(4)));
        Assert.Null(_queue.LingersUntil(TimeSpan.FromMilliseconds(5)));
        for (var i = 2; i < 500; i++)
            Add($"{i}", bytes: 10);
        Assert.NotNull(_queue.LingersUntil(TimeSpan.Zero));
        Add("500", bytes: 10);
        Assert.Null(_queue.LingersUntil(TimeSpan.Zero));

        var large = new SendQueue(TimeSpan.FromMilliseconds(5), () => 1);
        for (var i = 0; i < 16; i++)
            large.Add(Pending($"{i}", 256 * 1024), TimeSpan.Zero);
        Assert.Null(large.LingersUntil(TimeSpan.Zero));
    }

    [Fact]
    public void Purchase_waits_until_its_previous_version_is_acknowledged()
    {
        Add("a", bytes: 10);
        var first = Assert.Single(_queue.TakeFlush(s_two, TimeSpan.Zero));
        Add("a", bytes: 20);
        Add("b", bytes: 30);
        Assert.Equal(["b"], _queue.TakeFlush(s_two, TimeSpan.Zero).SelectMany(Ids));
        Assert.Empty(_queue.TakeFlush(s_two, TimeSpan.Zero));
        _queue.Acknowledge(first);
        Assert.Equal(20, Assert.Single(_queue.TakeFlush(s_two, TimeSpan.Zero)).Bytes);
    }

    [Fact]
    public void Version_that_does_not_fit_its_record_is_not_overtaken_by_later_ones()
    {
        Add("a", bytes: 400_000);
        Add("a", bytes: 200_000);
        Add("a", bytes: 10);
        var order = new List<int>();
        while (_queue.Waiting > 0)
        {
            var record = Assert.Single(_queue.TakeFlush(s_two, TimeSpan.Zero));
            order.AddRange(record.Purchases.Select(purchase => purchase.Json.Length));
            _queue.Acknowledge(record);
        }
        Assert.Equal([400_000, 200_000, 10], order);
    }

    [Fact]
    public void Failed_purchases_go_first_after_a_pause_that_grows_with_each_failure()
    {
        Add("a", bytes: 10);
        var now = TimeSpan.Zero;
        foreach (var rest in new[] { 50, 100, 200, 400, 800, 1000, 1000 })
        {
            _queue.PutBack(Assert.Single(_queue.TakeFlush(s_two, now)), now);
            Add("a", bytes: 20);
            Assert.Empty(_queue.TakeFlush(s_two, now));
            now += TimeSpan.FromMilliseconds(rest);
            Assert.Equal(now, _queue.NextDue(now - TimeSpan.FromMilliseconds(1)));
        }
        var record = Assert.Single(_queue.TakeFlush(s_two, now));
        Assert.Equal(10, record.Purchases[0].Json.Length);
        Assert.Equal(8, record.Purchases.Count);
    }

    [Fact]
    public void Paused_shard_does_not_delay_the_others()
    {
        var ids = Enumerable.Range(0, 20).Select(i => $"{i}").ToArray();
        foreach (var id in ids)
            Add(id, bytes: 10);
        var flush = _queue.TakeFlush(s_two, TimeSpan.Zero);
        _queue.PutBack(flush.Single(record => record.ShardId == "shard-0"), TimeSpan.Zero);
        _queue.Acknowledge(flush.Single(record => record.ShardId == "shard-1"));
        foreach (var id in ids)
            Add(id, bytes: 10);
        Assert.Equal(["shard-1"], _queue.TakeFlush(s_two, TimeSpan.Zero).Select(record => record.ShardId));
    }

    [Fact]
    public void Purchases_put_back_are_packed_for_the_current_shards()
    {
        foreach (var id in Enumerable.Range(0, 20).Select(i => $"{i}"))
            Add(id, bytes: 10);
        _queue.PutBack(Assert.Single(_queue.TakeFlush(Shards("0"), TimeSpan.Zero)), TimeSpan.Zero);
        Assert.Equal(2, _queue.TakeFlush(s_two, TimeSpan.FromSeconds(1)).Count);
    }

    [Fact]
    public async Task Purchase_past_its_deadline_fails()
    {
        var request = new PendingRequest(2, s_deadline);
        _queue.Add(new PendingPurchase(request, 0, "a", 0, new byte[10]), TimeSpan.Zero);
        _queue.Acknowledge(Assert.Single(_queue.TakeFlush(s_two, TimeSpan.Zero)));
        _queue.Add(new PendingPurchase(request, 1, "b", 0, new byte[10]), TimeSpan.Zero);
        _queue.Expire(s_deadline - TimeSpan.FromTicks(1));
        Assert.False(request.Completion.IsCompleted);
        _queue.Expire(s_deadline);
        Assert.Equal(new[] { true, false }, await request.Completion);
        Assert.Equal(0, _queue.Waiting);
    }

    private void Add(string purchaseId, int bytes) => _queue.Add(Pending(purchaseId, bytes), TimeSpan.Zero);

    private static PendingPurchase Pending(string purchaseId, int bytes) =>
        new(
            new PendingRequest(1, s_deadline),
            0,
            purchaseId,
            ShardMap.HashKeyOf(purchaseId),
            Encoding.UTF8.GetBytes($"{new string(purchaseId[0], bytes - 1)}\n")
        );

    private static IEnumerable<string> Ids(StreamRecord record) =>
        record.Purchases.Select(purchase => purchase.PurchaseId);

    private static ShardMap Shards(params string[] firstHashKeys) =>
        new(
            firstHashKeys.Select(
                (first, i) =>
                    new Shard
                    {
                        ShardId = $"shard-{i}",
                        HashKeyRange = new HashKeyRange
                        {
                            StartingHashKey = first,
                            EndingHashKey = "340282366920938463463374607431768211455",
                        },
                        SequenceNumberRange = new SequenceNumberRange(),
                    }
            )
        );
}
