using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Streams;

/// <summary>Tests modes, retention, tags and limits of streams.</summary>
[SystemTest]
public sealed class StreamsSettingsTests : IAsyncLifetime
{
    private LocalCloudServer _server = null!;
    private KinesisCalls _kinesis = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalCloudServer.StartAsync();
        _kinesis = new KinesisCalls(_server.Url);
        await _kinesis.CreateAsync("s", shards: 2);
    }

    public async ValueTask DisposeAsync()
    {
        _kinesis.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_on_demand_stream_has_four_shards_and_a_fixed_count_until_it_is_provisioned()
    {
        await _kinesis.CallAsync(
            "CreateStream",
            new JsonObject
            {
                ["StreamName"] = "d",
                ["StreamModeDetails"] = new JsonObject { ["StreamMode"] = "ON_DEMAND" },
            }
        );
        Assert.Equal((4, "ON_DEMAND"), await ModeAsync("d"));
        await ExpectErrorAsync(
            "ValidationException",
            "UpdateShardCount",
            new JsonObject
            {
                ["StreamName"] = "d",
                ["TargetShardCount"] = 8,
                ["ScalingType"] = "UNIFORM_SCALING",
            }
        );
        var limits = await _kinesis.CallAsync("DescribeLimits", new JsonObject());
        Assert.Equal((2, 1), ((int)limits["OpenShardCount"]!, (int)limits["OnDemandStreamCount"]!));

        await _kinesis.CallAsync(
            "UpdateStreamMode",
            new JsonObject
            {
                ["StreamARN"] = await ArnAsync("d"),
                ["StreamModeDetails"] = new JsonObject { ["StreamMode"] = "PROVISIONED" },
            }
        );
        await _kinesis.CallAsync(
            "UpdateShardCount",
            new JsonObject
            {
                ["StreamName"] = "d",
                ["TargetShardCount"] = 8,
                ["ScalingType"] = "UNIFORM_SCALING",
            }
        );
        Assert.Equal((8, "PROVISIONED"), await ModeAsync("d"));
    }

    [Fact]
    public async Task Changing_the_mode_keeps_shards_and_records()
    {
        await _kinesis.CreateAsync("d", shards: 2);
        await _kinesis.PutAsync("d", "k", "before", "0");
        await _kinesis.CallAsync(
            "UpdateStreamMode",
            new JsonObject
            {
                ["StreamARN"] = await ArnAsync("d"),
                ["StreamModeDetails"] = new JsonObject { ["StreamMode"] = "ON_DEMAND" },
            }
        );
        Assert.Equal((2, "ON_DEMAND"), await ModeAsync("d"));
        await _kinesis.PutAsync("d", "k", "after", "0");
        Assert.Equal(2, (await _kinesis.ReadAsync("d", "shardId-000000000000")).Count);
    }

    [Fact]
    public async Task Retention_is_increased_and_decreased_only_by_the_matching_operation()
    {
        await _kinesis.CallAsync("IncreaseStreamRetentionPeriod", Hours(48));
        await ExpectErrorAsync("InvalidArgumentException", "IncreaseStreamRetentionPeriod", Hours(47));
        await ExpectErrorAsync("InvalidArgumentException", "IncreaseStreamRetentionPeriod", Hours(8761));
        await ExpectErrorAsync("InvalidArgumentException", "DecreaseStreamRetentionPeriod", Hours(49));
        await ExpectErrorAsync("InvalidArgumentException", "DecreaseStreamRetentionPeriod", Hours(23));
        Assert.Equal(48, await RetentionAsync());
        await _kinesis.CallAsync("DecreaseStreamRetentionPeriod", Hours(24));
        Assert.Equal(24, await RetentionAsync());

        static JsonObject Hours(int hours) => new() { ["StreamName"] = "s", ["RetentionPeriodHours"] = hours };

        async Task<int> RetentionAsync() =>
            (int)
                (await _kinesis.CallAsync("DescribeStreamSummary", new JsonObject { ["StreamName"] = "s" }))[
                    "StreamDescriptionSummary"
                ]!["RetentionPeriodHours"]!;
    }

    [Fact]
    public async Task Tags_are_added_replaced_listed_page_by_page_and_removed()
    {
        await _kinesis.CallAsync(
            "AddTagsToStream",
            new JsonObject
            {
                ["StreamName"] = "s",
                ["Tags"] = new JsonObject
                {
                    ["b"] = "1",
                    ["a"] = "",
                    ["Größe"] = "x y",
                },
            }
        );
        await _kinesis.CallAsync(
            "AddTagsToStream",
            new JsonObject
            {
                ["StreamName"] = "s",
                ["Tags"] = new JsonObject { ["b"] = "2" },
            }
        );
        var page = await _kinesis.CallAsync(
            "ListTagsForStream",
            new JsonObject { ["StreamName"] = "s", ["Limit"] = 2 }
        );
        Assert.Equal(["Größe=x y", "a="], Tags(page));
        Assert.True((bool)page["HasMoreTags"]!);
        var rest = await _kinesis.CallAsync(
            "ListTagsForStream",
            new JsonObject { ["StreamName"] = "s", ["ExclusiveStartTagKey"] = "a" }
        );
        Assert.Equal(["b=2"], Tags(rest));
        Assert.False((bool)rest["HasMoreTags"]!);

        await _kinesis.CallAsync(
            "RemoveTagsFromStream",
            new JsonObject { ["StreamName"] = "s", ["TagKeys"] = new JsonArray("a", "none") }
        );
        await _kinesis.CallAsync(
            "TagResource",
            new JsonObject
            {
                ["ResourceARN"] = await ArnAsync("s"),
                ["Tags"] = new JsonObject { ["c"] = "3" },
            }
        );
        await _kinesis.CallAsync(
            "UntagResource",
            new JsonObject { ["ResourceARN"] = await ArnAsync("s"), ["TagKeys"] = new JsonArray("Größe") }
        );
        Assert.Equal(
            ["b=2", "c=3"],
            Tags(
                await _kinesis.CallAsync(
                    "ListTagsForResource",
                    new JsonObject { ["ResourceARN"] = await ArnAsync("s") }
                )
            )
        );

        static IEnumerable<string> Tags(JsonNode answer) =>
            answer["Tags"]!.AsArray().Select(tag => $"{tag!["Key"]}={tag["Value"]}");
    }

    [Fact]
    public async Task A_call_with_an_invalid_tag_stores_no_tag()
    {
        await ExpectTagErrorAsync("ValidationException", new JsonObject());
        await ExpectTagErrorAsync("ValidationException", new JsonObject { ["a"] = "1", ["aws:b"] = "2" });
        await ExpectTagErrorAsync("ValidationException", new JsonObject { ["a"] = new string('x', 257) });
        await ExpectTagErrorAsync("ValidationException", new JsonObject { [new string('x', 129)] = "1" });
        await ExpectTagErrorAsync("ValidationException", new JsonObject { ["a"] = "<b>" });
        await ExpectTagErrorAsync("ValidationException", new JsonObject { ["a"] = null });
        await ExpectTagErrorAsync(
            "InvalidArgumentException",
            new JsonObject(Enumerable.Range(0, 51).Select(i => KeyValuePair.Create<string, JsonNode?>($"{i}", "x")))
        );
        Assert.Empty(
            (await _kinesis.CallAsync("ListTagsForStream", new JsonObject { ["StreamName"] = "s" }))["Tags"]!.AsArray()
        );

        Task ExpectTagErrorAsync(string code, JsonObject tags) =>
            ExpectErrorAsync(code, "AddTagsToStream", new JsonObject { ["StreamName"] = "s", ["Tags"] = tags });
    }

    [Fact]
    public async Task Settings_survive_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("pos settings ").FullName;
        await using (var server = await LocalCloudServer.StartAsync(folder))
        {
            using var kinesis = new KinesisCalls(server.Url);
            await kinesis.CallAsync(
                "CreateStream",
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["StreamModeDetails"] = new JsonObject { ["StreamMode"] = "ON_DEMAND" },
                    ["Tags"] = new JsonObject { ["a"] = "1" },
                }
            );
            await kinesis.CallAsync(
                "IncreaseStreamRetentionPeriod",
                new JsonObject { ["StreamName"] = "s", ["RetentionPeriodHours"] = 100 }
            );
        }
        await using (var server = await LocalCloudServer.StartAsync(folder))
        {
            using var kinesis = new KinesisCalls(server.Url);
            var summary = (await kinesis.CallAsync("DescribeStreamSummary", new JsonObject { ["StreamName"] = "s" }))[
                "StreamDescriptionSummary"
            ]!;
            Assert.Equal(
                (100, "ON_DEMAND"),
                ((int)summary["RetentionPeriodHours"]!, (string)summary["StreamModeDetails"]!["StreamMode"]!)
            );
            Assert.Single(
                (await kinesis.CallAsync("ListTagsForStream", new JsonObject { ["StreamName"] = "s" }))[
                    "Tags"
                ]!.AsArray()
            );
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task<(int, string)> ModeAsync(string stream)
    {
        var summary = (await _kinesis.CallAsync("DescribeStreamSummary", new JsonObject { ["StreamName"] = stream }))[
            "StreamDescriptionSummary"
        ]!;
        return ((int)summary["OpenShardCount"]!, (string)summary["StreamModeDetails"]!["StreamMode"]!);
    }

    private async Task<string> ArnAsync(string stream) =>
        (string)
            (await _kinesis.CallAsync("DescribeStreamSummary", new JsonObject { ["StreamName"] = stream }))[
                "StreamDescriptionSummary"
            ]!["StreamARN"]!;

    private async Task ExpectErrorAsync(string code, string operation, JsonObject request) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<KinesisError>(() => _kinesis.CallAsync(operation, request))).Code);
}
