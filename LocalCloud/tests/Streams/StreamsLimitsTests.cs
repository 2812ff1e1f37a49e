using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LocalCloud.Tests.Streams;

/// <summary>Tests AWS's limits, which LocalCloud enforces on demand.</summary>
[SystemTest]
public sealed class StreamsLimitsTests : IAsyncLifetime
{
    private const string First = "shardId-000000000000";
    private const string Second = "shardId-000000000001";
    private const string Exceeded = "ProvisionedThroughputExceededException";
    private static readonly string s_secondShard = (UInt128.One << 127).ToString();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
    private LocalCloudServer _server = null!;
    private KinesisCalls _kinesis = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalCloudServer.StartAsync(
            null,
            builder => builder.Services.AddSingleton<TimeProvider>(_time),
            "--LocalCloud:EnforceLimits=true"
        );
        _kinesis = new KinesisCalls(_server.Url);
        await _kinesis.CreateAsync("s", shards: 2);
    }

    public async ValueTask DisposeAsync()
    {
        _kinesis.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_shard_accepts_1000_records_a_second_and_rejects_each_further_record()
    {
        Assert.Equal(0, (int)(await PutAsync(500, "0"))["FailedRecordCount"]!);
        Assert.Equal(0, (int)(await PutAsync(490, "0"))["FailedRecordCount"]!);
        var mixed = await _kinesis.PutManyAsync(
            "s",
            Enumerable
                .Range(0, 40)
                .Select(i => KinesisCalls.Record("k", $"mixed {i}", i % 2 == 0 ? "0" : s_secondShard))
        );
        Assert.Equal(10, (int)mixed["FailedRecordCount"]!);
        var rejected = mixed["Records"]!
            .AsArray()
            .OfType<JsonNode>()
            .Where(record => record["ErrorCode"] is not null)
            .ToList();
        Assert.Equal(10, rejected.Count);
        Assert.All(rejected, record =>
        {
            Assert.Equal(Exceeded, (string)record["ErrorCode"]!);
            Assert.Equal(
                $"Rate exceeded for shard {First} in stream s under account 000000000000.",
                (string)record["ErrorMessage"]!
            );
            Assert.Null(record["SequenceNumber"]);
        });
        var error = await Assert.ThrowsAsync<KinesisError>(() => _kinesis.PutAsync("s", "k", "x", "0"));
        Assert.Equal((400, Exceeded), (error.StatusCode, error.Code));

        _time.Advance(TimeSpan.FromMilliseconds(100)); // capacity for 100 more records
        Assert.Equal(20, (int)(await PutAsync(120, "0"))["FailedRecordCount"]!);
        Assert.Equal(1000 + 100, (await _kinesis.ReadAsync("s", First)).Count);
        Assert.Equal(20, (await _kinesis.ReadAsync("s", Second)).Count);
    }

    [Fact]
    public async Task A_shard_accepts_one_mebibyte_a_second()
    {
        var data = new string('x', 256 * 1024 - 1); // plus a key of one byte
        var answer = await _kinesis.PutManyAsync(
            "s",
            Enumerable.Range(0, 5).Select(_ => KinesisCalls.Record("k", data, "0"))
        );
        Assert.Equal(1, (int)answer["FailedRecordCount"]!);
        Assert.NotNull(answer["Records"]![4]!["ErrorCode"]);
        _time.Advance(TimeSpan.FromMilliseconds(250));
        await _kinesis.PutAsync("s", "k", data, "0");
        await ExpectErrorAsync(() => _kinesis.PutAsync("s", "k", data, "0"));
    }

    [Fact]
    public async Task A_call_with_only_rejected_records_succeeds_and_stores_nothing()
    {
        await PutAsync(500, "0");
        await PutAsync(500, "0");
        Assert.Equal(3, (int)(await PutAsync(3, "0"))["FailedRecordCount"]!);
        Assert.Equal(1000, (await _kinesis.ReadAsync("s", First)).Count);
    }

    [Fact]
    public async Task A_shard_serves_five_reads_a_second()
    {
        var iterator = await _kinesis.IteratorAsync("s", First);
        for (var i = 0; i < 5; i++)
            await _kinesis.GetAsync(iterator);
        await ExpectErrorAsync(() => _kinesis.GetAsync(iterator));
        await _kinesis.GetAsync(await _kinesis.IteratorAsync("s", Second)); // each shard has its own limit
        _time.Advance(TimeSpan.FromMilliseconds(200));
        await _kinesis.GetAsync(iterator);
        await ExpectErrorAsync(() => _kinesis.GetAsync(iterator));
    }

    [Fact]
    public async Task After_a_read_of_ten_mebibytes_a_shard_pauses_for_five_seconds()
    {
        for (var i = 0; i < 11; i++)
        {
            await _kinesis.PutAsync("s", "k", new string('x', 1024 * 1024 - 1), "0");
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        var iterator = await _kinesis.IteratorAsync("s", First);
        var first = await _kinesis.GetAsync(iterator);
        Assert.Equal(10, first["Records"]!.AsArray().Count);
        _time.Advance(TimeSpan.FromMilliseconds(4999));
        await ExpectErrorAsync(() => _kinesis.GetAsync((string)first["NextShardIterator"]!));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Single((await _kinesis.GetAsync((string)first["NextShardIterator"]!))["Records"]!.AsArray());
    }

    [Fact]
    public async Task Control_plane_calls_are_rate_limited()
    {
        for (var i = 0; i < 5; i++)
            await _kinesis.CallAsync("ListStreams", new JsonObject());
        var error = await Assert.ThrowsAsync<KinesisError>(() => _kinesis.CallAsync("ListStreams", new JsonObject()));
        Assert.Equal((400, "LimitExceededException"), (error.StatusCode, error.Code));
        for (var i = 0; i < 5; i++)
            await _kinesis.IteratorAsync("s", First);
        await ExpectErrorAsync(() => _kinesis.IteratorAsync("s", First));
        _time.Advance(TimeSpan.FromSeconds(1));
        await _kinesis.CallAsync("ListStreams", new JsonObject());
    }

    private Task<JsonNode> PutAsync(int count, string hashKey) =>
        _kinesis.PutManyAsync("s", Enumerable.Range(0, count).Select(i => KinesisCalls.Record("k", $"{i}", hashKey)));

    private static async Task ExpectErrorAsync(Func<Task> call) =>
        Assert.Equal(Exceeded, (await Assert.ThrowsAsync<KinesisError>(call)).Code);
}
