using System.Text.Json.Nodes;
using CsCheck;
using LocalCloud.Streams;
using Xunit;

namespace LocalCloud.Tests.Streams;

[SystemTest]
public sealed class StreamsReshardTests : IAsyncLifetime
{
    private const string Half = "170141183460469231731687303715884105728";
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
    public async Task A_split_shard_drains_and_lists_its_children_with_the_later_records()
    {
        await _kinesis.CreateAsync("s");
        var before = (string)(await _kinesis.PutAsync("s", "a", "before"))["SequenceNumber"]!;
        await SplitAsync("s", 0, Half);
        var after = await _kinesis.PutAsync("s", "a", "after");

        var first = await _kinesis.GetAsync(await _kinesis.IteratorAsync("s", Id(0)));
        Assert.Equal("before", KinesisCalls.Data(Assert.Single(first["Records"]!.AsArray())!));
        Assert.Null(first["NextShardIterator"]);
        Assert.Equal([Id(1), Id(2)], first["ChildShards"]!.AsArray().Select(child => (string)child!["ShardId"]!));
        Assert.All(first["ChildShards"]!.AsArray(), child =>
            Assert.Equal([Id(0)], child!["ParentShards"]!.AsArray().Select(parent => (string)parent!))
        );

        var shards = await _kinesis.ShardsAsync("s");
        Assert.Equal([null, Id(0), Id(0)], shards.Select(shard => (string?)shard["ParentShardId"]));
        Assert.Equal(["0", "0", Half], shards.Select(shard => (string)shard["HashKeyRange"]!["StartingHashKey"]!));
        var ending = (string)shards[0]["SequenceNumberRange"]!["EndingSequenceNumber"]!;
        Assert.True(string.CompareOrdinal(before, ending) < 0);
        Assert.All(shards.Skip(1), child =>
            Assert.True(
                string.CompareOrdinal(ending, (string)child["SequenceNumberRange"]!["StartingSequenceNumber"]!) < 0
            )
        );
        Assert.Equal(Id(1), (string)after["ShardId"]!);
        Assert.True(string.CompareOrdinal(ending, (string)after["SequenceNumber"]!) < 0);
        Assert.Equal(["after"], await _kinesis.ReadAsync("s", Id(1)));
    }

    [Fact]
    public async Task Merged_shards_have_one_child_with_both_as_parents()
    {
        await _kinesis.CreateAsync("s", shards: 2);
        await _kinesis.PutAsync("s", "a", "low");
        await _kinesis.PutAsync("s", "b", "high");
        await _kinesis.CallAsync(
            "MergeShards",
            new JsonObject
            {
                ["StreamName"] = "s",
                ["ShardToMerge"] = Id(1),
                ["AdjacentShardToMerge"] = Id(0),
            }
        );
        await _kinesis.PutAsync("s", "a", "merged");

        var shards = await _kinesis.ShardsAsync("s");
        Assert.Equal(
            (Id(1), Id(0)),
            ((string?)shards[2]["ParentShardId"], (string?)shards[2]["AdjacentParentShardId"])
        );
        Assert.Equal(["high"], await _kinesis.ReadAsync("s", Id(1)));
        var end = await _kinesis.GetAsync(await _kinesis.IteratorAsync("s", Id(0), "LATEST"));
        Assert.Null(end["NextShardIterator"]);
        Assert.Equal(
            [Id(1), Id(0)],
            end["ChildShards"]![0]!["ParentShards"]!.AsArray().Select(parent => (string)parent!)
        );
        Assert.Equal(["merged"], await _kinesis.ReadAsync("s", Id(2)));
    }

    [Fact]
    public async Task Closed_and_non_adjacent_shards_cannot_be_resharded()
    {
        await _kinesis.CreateAsync("s", shards: 3);
        var merge = new JsonObject
        {
            ["StreamName"] = "s",
            ["ShardToMerge"] = Id(0),
            ["AdjacentShardToMerge"] = Id(2),
        };
        Assert.Equal(
            "InvalidArgumentException",
            (await Assert.ThrowsAsync<KinesisError>(() => _kinesis.CallAsync("MergeShards", merge))).Code
        );
        await SplitAsync("s", 0, "5");
        Assert.Equal(
            "ResourceInUseException",
            (await Assert.ThrowsAsync<KinesisError>(() => SplitAsync("s", 0, "5"))).Code
        );
        Assert.Equal(5, (await _kinesis.ShardsAsync("s")).Count);
    }

    [Fact]
    public async Task Updating_the_shard_count_keeps_every_record_in_equal_shards()
    {
        await _kinesis.CreateAsync("s", shards: 3);
        await _kinesis.PutManyAsync("s", Enumerable.Range(0, 100).Select(i => KinesisCalls.Record($"key {i}", $"{i}")));
        var answer = await _kinesis.CallAsync(
            "UpdateShardCount",
            new JsonObject
            {
                ["StreamName"] = "s",
                ["TargetShardCount"] = 5,
                ["ScalingType"] = "UNIFORM_SCALING",
            }
        );
        Assert.Equal((3, 5), ((int)answer["CurrentShardCount"]!, (int)answer["TargetShardCount"]!));
        await _kinesis.PutManyAsync(
            "s",
            Enumerable.Range(100, 100).Select(i => KinesisCalls.Record($"key {i}", $"{i}"))
        );

        var summary = await _kinesis.CallAsync("DescribeStreamSummary", new JsonObject { ["StreamName"] = "s" });
        Assert.Equal(5, (int)summary["StreamDescriptionSummary"]!["OpenShardCount"]!);
        var shards = await _kinesis.ShardsAsync("s");
        var open = shards
            .Where(shard => shard["SequenceNumberRange"]!["EndingSequenceNumber"] is null)
            .Select(shard => UInt128.Parse((string)shard["HashKeyRange"]!["StartingHashKey"]!))
            .Order();
        Assert.Equal(Resharding.UniformRanges(5).Select(range => range.Start), open);

        var read = new List<int>();
        foreach (var shard in shards)
            read.AddRange((await _kinesis.ReadAsync("s", (string)shard["ShardId"]!)).Select(int.Parse));
        Assert.Equal(Enumerable.Range(0, 200), read.Order());
    }

    [Fact]
    public async Task Shards_and_streams_are_listed_page_by_page()
    {
        await _kinesis.CreateAsync("s", shards: 5);
        var ids = new List<string>();
        for (JsonObject? request = new() { ["StreamName"] = "s", ["MaxResults"] = 2 }; request is not null; )
        {
            var page = await _kinesis.CallAsync("ListShards", request);
            ids.AddRange(page["Shards"]!.AsArray().Select(shard => (string)shard!["ShardId"]!));
            request = page["NextToken"] is { } token
                ? new() { ["NextToken"] = (string)token!, ["MaxResults"] = 2 }
                : null;
        }
        Assert.Equal(Enumerable.Range(0, 5).Select(Id), ids);
        var after = await _kinesis.CallAsync(
            "ListShards",
            new JsonObject { ["StreamName"] = "s", ["ExclusiveStartShardId"] = Id(3) }
        );
        Assert.Equal(Id(4), (string)Assert.Single(after["Shards"]!.AsArray())!["ShardId"]!);
        var described = await _kinesis.CallAsync(
            "DescribeStream",
            new JsonObject { ["StreamName"] = "s", ["Limit"] = 4 }
        );
        Assert.True((bool)described["StreamDescription"]!["HasMoreShards"]!);

        await _kinesis.CreateAsync("S"); // a different stream, even if file names ignore case
        await _kinesis.CreateAsync("..");
        var names = await _kinesis.CallAsync("ListStreams", new JsonObject { ["Limit"] = 2 });
        Assert.Equal(["..", "S"], names["StreamNames"]!.AsArray().Select(name => (string)name!));
        Assert.True((bool)names["HasMoreStreams"]!);
        var rest = await _kinesis.CallAsync(
            "ListStreams",
            new JsonObject { ["NextToken"] = (string)names["NextToken"]! }
        );
        Assert.Equal(["s"], rest["StreamNames"]!.AsArray().Select(name => (string)name!));
    }

    [Fact]
    public async Task Only_open_shards_are_listed_at_latest()
    {
        await _kinesis.CreateAsync("s");
        await SplitAsync("s", 0, Half);
        var answer = await _kinesis.CallAsync(
            "ListShards",
            new JsonObject
            {
                ["StreamName"] = "s",
                ["ShardFilter"] = new JsonObject { ["Type"] = "AT_LATEST" },
            }
        );
        Assert.Equal([Id(1), Id(2)], answer["Shards"]!.AsArray().Select(shard => (string)shard!["ShardId"]!));
    }

    [Fact]
    public void Open_shards_always_cover_the_hash_key_space_exactly_once() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[1, 20].Array[0, 6], Gen.UInt.Array[1, 50])
            .Sample(
                (first, counts, keys) =>
                {
                    var state = new StreamState
                    {
                        Name = "s",
                        Created = 1,
                        OnDemand = false,
                        Shards = Resharding.CreateInitial(first, 0),
                    };
                    foreach (var count in counts)
                    {
                        var resharding = new Resharding(
                            state,
                            state.Shards.Max(shard => Math.Max(shard.StartingOrdinal, shard.EndingOrdinal ?? 0)) + 1,
                            0
                        );
                        resharding.ScaleTo(count);
                        state = resharding.Result;
                        Assert.Equal(
                            Resharding.UniformRanges(count),
                            state.OpenShards.Select(shard => (shard.StartingHashKey, shard.EndingHashKey))
                        );
                    }
                    Assert.Equal(UInt128.Zero, state.OpenShards[0].StartingHashKey);
                    Assert.Equal(UInt128.MaxValue, state.OpenShards[^1].EndingHashKey);
                    foreach (var key in keys)
                    {
                        var hashKey = (UInt128)key << 96;
                        var shard = state.OpenShards[StreamState.Route(state.OpenShards, hashKey)];
                        Assert.True(shard.StartingHashKey <= hashKey && hashKey <= shard.EndingHashKey);
                    }
                    foreach (var child in state.Shards.Where(shard => shard.Parent is not null))
                    {
                        Assert.True(state.Find(child.Parent!.Value)!.EndingOrdinal < child.StartingOrdinal);
                        Assert.True(
                            child.AdjacentParent is not { } adjacent
                                || state.Find(adjacent)!.EndingOrdinal < child.StartingOrdinal
                        );
                    }
                },
                iter: 200
            );

    private Task SplitAsync(string stream, int shard, string at) =>
        _kinesis.CallAsync(
            "SplitShard",
            new JsonObject
            {
                ["StreamName"] = stream,
                ["ShardToSplit"] = Id(shard),
                ["NewStartingHashKey"] = at,
            }
        );

    private static string Id(int number) => $"shardId-{number:D12}";
}
