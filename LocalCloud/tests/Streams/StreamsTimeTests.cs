using System.Text.Json.Nodes;
using LocalCloud.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LocalCloud.Tests.Streams;

[SystemTest]
public sealed class StreamsTimeTests : IAsyncLifetime
{
    private const string Only = "shardId-000000000000";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private LocalCloudServer _server = null!;
    private KinesisCalls _kinesis = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalCloudServer.StartAsync(
            null,
            builder => builder.Services.AddSingleton<TimeProvider>(_time),
            "--LocalCloud:Streams:SegmentBytes=4096"
        );
        _kinesis = new KinesisCalls(_server.Url);
        await _kinesis.CreateAsync("s");
    }

    public async ValueTask DisposeAsync()
    {
        _kinesis.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_iterator_expires_after_five_minutes()
    {
        var iterator = await _kinesis.IteratorAsync("s", Only);
        _time.Advance(TimeSpan.FromMinutes(5));
        await _kinesis.GetAsync(iterator);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(
            "ExpiredIteratorException",
            (await Assert.ThrowsAsync<KinesisError>(() => _kinesis.GetAsync(iterator))).Code
        );
    }

    [Fact]
    public async Task A_ListShards_token_expires_after_five_minutes()
    {
        await _kinesis.CreateAsync("two", shards: 2);
        var page = await _kinesis.CallAsync(
            "ListShards",
            new JsonObject { ["StreamName"] = "two", ["MaxResults"] = 1 }
        );
        _time.Advance(TimeSpan.FromSeconds(301));
        var next = new JsonObject { ["NextToken"] = (string)page["NextToken"]! };
        Assert.Equal(
            "ExpiredNextTokenException",
            (await Assert.ThrowsAsync<KinesisError>(() => _kinesis.CallAsync("ListShards", next))).Code
        );
    }

    [Fact]
    public async Task An_AT_TIMESTAMP_iterator_starts_with_the_first_record_at_or_after_that_time()
    {
        var start = _time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        for (var i = 0; i < 40; i++)
        {
            await _kinesis.PutAsync("s", "k", $"{i}");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(
            Enumerable.Range(20, 20).Select(i => $"{i}"),
            await _kinesis.ReadAsync("s", Only, "AT_TIMESTAMP", timestamp: start + 20)
        );
        Assert.Equal(
            Enumerable.Range(21, 19).Select(i => $"{i}"),
            await _kinesis.ReadAsync("s", Only, "AT_TIMESTAMP", timestamp: start + 20.001)
        );
        Assert.Equal([], await _kinesis.ReadAsync("s", Only, "AT_TIMESTAMP", timestamp: start + 40));
    }

    [Fact]
    public async Task The_lag_of_a_reader_is_the_age_of_its_last_record_and_zero_at_the_tip()
    {
        await _kinesis.PutAsync("s", "k", "one");
        _time.Advance(TimeSpan.FromSeconds(7));
        await _kinesis.PutAsync("s", "k", "two");
        var first = await _kinesis.GetAsync(await _kinesis.IteratorAsync("s", Only), limit: 1);
        Assert.Equal(7000, (long)first["MillisBehindLatest"]!);
        var second = await _kinesis.GetAsync((string)first["NextShardIterator"]!);
        Assert.Equal(0, (long)second["MillisBehindLatest"]!);
    }

    [Fact]
    public async Task Arrival_times_never_decrease_when_the_clock_goes_back()
    {
        await _kinesis.PutAsync("s", "k", "one");
        _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
        await _kinesis.PutAsync("s", "k", "two");
        var arrivals = (await _kinesis.RecordsAsync("s", Only))
            .Select(record => (double)record["ApproximateArrivalTimestamp"]!)
            .ToList();
        Assert.Equal(arrivals.Order(), arrivals);
    }

    [Fact]
    public async Task Records_past_retention_cause_no_lag_and_a_drained_shard_ends()
    {
        var old = (string)(await _kinesis.PutAsync("s", "k", "old"))["SequenceNumber"]!;
        _time.Advance(TimeSpan.FromHours(25));
        foreach (
            var iterator in new[]
            {
                await _kinesis.IteratorAsync("s", Only),
                await _kinesis.IteratorAsync("s", Only, "AT_SEQUENCE_NUMBER", old),
            }
        )
        {
            var page = await _kinesis.GetAsync(iterator);
            Assert.Empty(page["Records"]!.AsArray());
            Assert.Equal(0, (long)page["MillisBehindLatest"]!);
        }
        await _kinesis.PutAsync("s", "k", "young");
        Assert.Equal(["young"], await _kinesis.ReadAsync("s", Only, "AT_SEQUENCE_NUMBER", old));
        // The shard was closed two hours after its last record: it is still listed for a while, although it is empty.
        _time.Advance(TimeSpan.FromHours(2));
        await _kinesis.CallAsync(
            "SplitShard",
            new JsonObject
            {
                ["StreamName"] = "s",
                ["ShardToSplit"] = Only,
                ["NewStartingHashKey"] = "5",
            }
        );
        _time.Advance(TimeSpan.FromHours(23));
        var end = await _kinesis.GetAsync(await _kinesis.IteratorAsync("s", Only));
        Assert.Empty(end["Records"]!.AsArray());
        Assert.Null(end["NextShardIterator"]);
        Assert.Equal(2, end["ChildShards"]!.AsArray().Count);
    }

    [Fact]
    public async Task Records_closed_shards_and_their_files_are_deleted_after_a_day()
    {
        for (var i = 0; i < 20; i++)
            await _kinesis.PutAsync("s", "k", new string('x', 1000));
        await _kinesis.CallAsync(
            "SplitShard",
            new JsonObject
            {
                ["StreamName"] = "s",
                ["ShardToSplit"] = Only,
                ["NewStartingHashKey"] = "5",
            }
        );
        _time.Advance(TimeSpan.FromHours(23));
        await _kinesis.PutAsync("s", "k", "young", hashKey: "7");
        Assert.Equal(20, (await _kinesis.ReadAsync("s", Only)).Count);
        var stream = _server.Services.GetRequiredService<StreamStore>().Get("s");
        await stream.ApplyRetentionAsync();
        var files = Directory.GetFiles(stream.Folder).Length;

        _time.Advance(TimeSpan.FromHours(2));
        await stream.ApplyRetentionAsync();
        Assert.Equal(
            ["shardId-000000000001", "shardId-000000000002"],
            (await _kinesis.ShardsAsync("s")).Select(shard => (string)shard["ShardId"]!)
        );
        Assert.Equal(["young"], await _kinesis.ReadAsync("s", "shardId-000000000002"));
        Assert.InRange(Directory.GetFiles(stream.Folder).Length, 2, files - 2);
    }
}
