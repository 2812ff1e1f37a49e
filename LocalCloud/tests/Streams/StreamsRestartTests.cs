using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Streams;

[SystemTest]
public sealed class StreamsRestartTests : IDisposable
{
    private const string Only = "shardId-000000000000";
    private readonly string _folder = Directory.CreateTempSubdirectory("pos streams ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_restart_keeps_records_shards_and_iterators_and_sequence_numbers_grow()
    {
        string iterator,
            last;
        JsonNode[] shards;
        await using (var server = await LocalCloudServer.StartAsync(_folder, "--LocalCloud:Streams:SegmentBytes=4096"))
        {
            using var kinesis = new KinesisCalls(server.Url);
            await kinesis.CreateAsync("s", shards: 2);
            for (var i = 0; i < 50; i++)
                await kinesis.PutAsync("s", "k", $"{i} {new string('x', 500)}", hashKey: "0");
            await kinesis.CallAsync(
                "SplitShard",
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["ShardToSplit"] = "shardId-000000000001",
                    ["NewStartingHashKey"] = "300000000000000000000000000000000000000",
                }
            );
            iterator = (string)
                (await kinesis.GetAsync(await kinesis.IteratorAsync("s", Only), limit: 10))["NextShardIterator"]!;
            last = (string)(await kinesis.PutAsync("s", "k", "last", hashKey: "0"))["SequenceNumber"]!;
            shards = [.. await kinesis.ShardsAsync("s")];
        }
        await using (var server = await LocalCloudServer.StartAsync(_folder))
        {
            using var kinesis = new KinesisCalls(server.Url);
            Assert.Equal(
                shards.Select(shard => shard.ToJsonString()),
                (await kinesis.ShardsAsync("s")).Select(shard => shard.ToJsonString())
            );
            Assert.Equal(
                [.. Enumerable.Range(0, 50).Select(i => $"{i} {new string('x', 500)}"), "last"],
                await kinesis.ReadAsync("s", Only)
            );
            Assert.StartsWith("10 ", KinesisCalls.Data((await kinesis.GetAsync(iterator))["Records"]![0]!));
            var next = (string)(await kinesis.PutAsync("s", "k", "next", hashKey: "0"))["SequenceNumber"]!;
            Assert.True(string.CompareOrdinal(last, next) < 0);
        }
    }

    [Fact]
    public async Task A_deleted_stream_stays_deleted_and_a_new_one_has_greater_sequence_numbers()
    {
        string old;
        await using (var server = await LocalCloudServer.StartAsync(_folder))
        {
            using var kinesis = new KinesisCalls(server.Url);
            await kinesis.CreateAsync("s");
            old = (string)(await kinesis.PutAsync("s", "k", "old"))["SequenceNumber"]!;
            await kinesis.CallAsync("DeleteStream", new JsonObject { ["StreamName"] = "s" });
        }
        await using (var server = await LocalCloudServer.StartAsync(_folder))
        {
            using var kinesis = new KinesisCalls(server.Url);
            Assert.Empty((await kinesis.CallAsync("ListStreams", new JsonObject()))["StreamNames"]!.AsArray());
            await kinesis.CreateAsync("s");
            Assert.True(
                string.CompareOrdinal(old, (string)(await kinesis.PutAsync("s", "k", "new"))["SequenceNumber"]!) < 0
            );
            Assert.Equal(["new"], await kinesis.ReadAsync("s", Only));
        }
    }

    [Fact]
    public async Task A_second_LocalCloud_on_the_same_folder_refuses_to_start()
    {
        await using var server = await LocalCloudServer.StartAsync(_folder);
        var error = await Assert.ThrowsAsync<StartRefusedException>(() => LocalCloudServer.StartAsync(_folder));
        Assert.Contains(_folder, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--urls=http://*:0")]
    [InlineData("--urls=http://127.0.0.1:0;http://0.0.0.0:0")]
    [InlineData("--Kestrel:Endpoints:All:Url=http://[::]:0")]
    public void Addresses_other_than_loopback_are_rejected(string setting)
    {
        var error = Assert.Throws<StartRefusedException>(() =>
            LocalCloudHost.Build([$"--LocalCloud:DataFolder={_folder}", setting])
        );
        Assert.Contains("loopback only", error.Message, StringComparison.Ordinal);
    }
}
