using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Streams;

[SystemTest]
public sealed class StreamsRecordsTests : IAsyncLifetime
{
    private const string Only = "shardId-000000000000";
    private LocalCloudServer _server = null!;
    private KinesisCalls _kinesis = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalCloudServer.StartAsync();
        _kinesis = new KinesisCalls(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _kinesis.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Records_are_read_back_in_order()
    {
        await _kinesis.CreateAsync("s");
        await _kinesis.PutAsync("s", "a", "one");
        await _kinesis.PutManyAsync("s", KinesisCalls.Record("b", "two"), KinesisCalls.Record("ключ", ""));
        await _kinesis.PutAsync("s", "a", "four");

        var records = await _kinesis.RecordsAsync("s", Only);
        Assert.Equal(["one", "two", "", "four"], records.Select(KinesisCalls.Data));
        Assert.Equal(["a", "b", "ключ", "a"], records.Select(record => (string)record["PartitionKey"]!));
        var numbers = records.Select(record => (string)record["SequenceNumber"]!).ToList();
        Assert.All(numbers, number => Assert.Matches("^[1-9][0-9]{55}$", number));
        Assert.Equal(numbers.Order(StringComparer.Ordinal).Distinct(), numbers);
        Assert.All(records, record => Assert.InRange((double)record["ApproximateArrivalTimestamp"]!, 1.6e9, 5e9));
    }

    [Fact]
    public async Task Responses_to_puts_have_the_shard_and_sequence_number_of_each_record()
    {
        await _kinesis.CreateAsync("s", shards: 4);
        var answer = await _kinesis.PutManyAsync(
            "s",
            Enumerable.Range(0, 500).Select(i => KinesisCalls.Record($"key {i}", $"{i}"))
        );

        Assert.Equal(0, (int)answer["FailedRecordCount"]!);
        var places = answer["Records"]!
            .AsArray()
            .Select((place, i) => ((string)place!["ShardId"]!, (string)place["SequenceNumber"]!, Data: $"{i}"))
            .ToList();
        foreach (var shard in await _kinesis.ShardsAsync("s"))
        {
            var id = (string)shard["ShardId"]!;
            var read = (await _kinesis.RecordsAsync("s", id))
                .Select(record => (id, (string)record["SequenceNumber"]!, KinesisCalls.Data(record)))
                .ToList();
            Assert.NotEmpty(read);
            Assert.Equal(places.Where(place => place.Item1 == id), read);
        }
    }

    [Fact]
    public async Task A_record_goes_to_the_shard_of_its_key_hash_or_explicit_hash_key()
    {
        await _kinesis.CreateAsync("s", shards: 2);
        // MD5("a") = 0cc175b9…, MD5("b") = 92eb5ffe…; the second shard begins at 2^127 = 8000….
        Assert.Equal("shardId-000000000000", (string)(await _kinesis.PutAsync("s", "a", ""))["ShardId"]!);
        Assert.Equal("shardId-000000000001", (string)(await _kinesis.PutAsync("s", "b", ""))["ShardId"]!);
        Assert.Equal(
            "shardId-000000000001",
            (string)(await _kinesis.PutAsync("s", "a", "", "170141183460469231731687303715884105728"))["ShardId"]!
        );
        Assert.Equal(
            "shardId-000000000000",
            (string)(await _kinesis.PutAsync("s", "b", "", "170141183460469231731687303715884105727"))["ShardId"]!
        );
    }

    [Fact]
    public async Task Each_type_of_iterator_starts_at_its_position()
    {
        await _kinesis.CreateAsync("s");
        await _kinesis.PutAsync("s", "k", "one");
        var latest = await _kinesis.IteratorAsync("s", Only, "LATEST");
        var two = (string)(await _kinesis.PutAsync("s", "k", "two"))["SequenceNumber"]!;
        await _kinesis.PutAsync("s", "k", "three");

        Assert.Equal(["one", "two", "three"], await _kinesis.ReadAsync("s", Only));
        Assert.Equal(
            ["two", "three"],
            (await _kinesis.GetAsync(latest))["Records"]!.AsArray().Select(record => KinesisCalls.Data(record!))
        );
        Assert.Equal(["two", "three"], await _kinesis.ReadAsync("s", Only, "AT_SEQUENCE_NUMBER", two));
        Assert.Equal(["three"], await _kinesis.ReadAsync("s", Only, "AFTER_SEQUENCE_NUMBER", two));
        var start = (string)(await _kinesis.ShardsAsync("s"))[0]["SequenceNumberRange"]!["StartingSequenceNumber"]!;
        Assert.Equal(["one", "two", "three"], await _kinesis.ReadAsync("s", Only, "AT_SEQUENCE_NUMBER", start));
        Assert.Equal(["one", "two", "three"], await _kinesis.ReadAsync("s", Only, "AT_TIMESTAMP", timestamp: 1));
    }

    [Fact]
    public async Task Paged_reads_return_every_record_once_and_the_lag()
    {
        await _kinesis.CreateAsync("s");
        await _kinesis.PutManyAsync("s", Enumerable.Range(0, 25).Select(i => KinesisCalls.Record("k", $"{i}")));

        var read = new List<string>();
        var iterator = await _kinesis.IteratorAsync("s", Only);
        foreach (var expected in new[] { 10, 10, 5, 0 })
        {
            var page = await _kinesis.GetAsync(iterator, limit: 10);
            Assert.Equal(expected, page["Records"]!.AsArray().Count);
            read.AddRange(page["Records"]!.AsArray().Select(record => KinesisCalls.Data(record!)));
            if (read.Count == 25)
                Assert.Equal(0, (long)page["MillisBehindLatest"]!);
            iterator = (string)page["NextShardIterator"]!;
        }
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{i}"), read);
    }

    [Fact]
    public async Task A_read_returns_up_to_10_MiB_and_the_next_read_the_rest()
    {
        await _kinesis.CreateAsync("s");
        var large = new string('x', 1024 * 1024 - 1);
        for (var i = 0; i < 12; i++)
            await _kinesis.PutAsync("s", $"{i % 10}", large);

        var first = await _kinesis.GetAsync(await _kinesis.IteratorAsync("s", Only));
        Assert.Equal(10, first["Records"]!.AsArray().Count);
        var second = await _kinesis.GetAsync((string)first["NextShardIterator"]!);
        Assert.Equal(2, second["Records"]!.AsArray().Count);
        Assert.All(second["Records"]!.AsArray(), record => Assert.Equal(large, KinesisCalls.Data(record!)));
    }

    [Fact]
    public async Task A_stream_is_found_by_its_ARN()
    {
        await _kinesis.CreateAsync("s");
        await _kinesis.PutAsync("s", "k", "one");
        var summary = (await _kinesis.CallAsync("DescribeStreamSummary", new JsonObject { ["StreamName"] = "s" }))[
            "StreamDescriptionSummary"
        ]!;
        var answer = await _kinesis.CallAsync(
            "GetShardIterator",
            new JsonObject
            {
                ["StreamARN"] = (string)summary["StreamARN"]!,
                ["ShardId"] = Only,
                ["ShardIteratorType"] = "TRIM_HORIZON",
            }
        );
        Assert.Single((await _kinesis.GetAsync((string)answer["ShardIterator"]!))["Records"]!.AsArray());
    }
}
