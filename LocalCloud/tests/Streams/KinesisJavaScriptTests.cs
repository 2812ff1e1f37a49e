using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LocalCloud.Tests.Streams;

/// <summary>Runs AWS's JavaScript client for Kinesis, with default settings, against LocalCloud.</summary>
[SystemTest]
public sealed class KinesisJavaScriptTests
{
    [Fact]
    public async Task Records_are_read_back_unchanged_with_every_type_of_iterator()
    {
        // LocalCloud also verifies its signatures over HTTP/2.
        await using var server = await LocalCloudServer.StartAsync(
            null,
            "--LocalCloud:AccessKeyId=test",
            "--LocalCloud:SecretAccessKey=test"
        );
        var result = await JavaScriptSdk.RunAsync("kinesis-records.mjs", server.Url);

        var now = DateTime.UtcNow;
        Assert.InRange(((DateTime)result["created"]!).ToUniversalTime(), now.AddMinutes(-2), now);
        var records = result["records"]!.AsArray().OfType<JsonNode>().ToList();
        Assert.Equal(["one", "two", ""], records.SkipLast(1).Select(record => (string)record["data"]!));
        Assert.Equal([0, 255, 128], result["bytes"]!.AsArray().Select(value => (int)value!));
        Assert.Equal(["ключ", "ключ", "ключ", "k"], records.Select(record => (string)record["key"]!));
        Assert.Equal(
            result["numbers"]!.AsArray().Select(number => (string)number!),
            records.Select(record => (string)record["number"]!)
        );
        Assert.All(records, record =>
            Assert.InRange(((DateTime)record["arrived"]!).ToUniversalTime(), now.AddMinutes(-2), now)
        );
        Assert.Equal(
            (0, 3, 2, 4),
            ((int)result["latest"]!, (int)result["at"]!, (int)result["after"]!, (int)result["atTime"]!)
        );
        Assert.Equal(20, (int)result["large"]!);
    }

    [Fact]
    public async Task Shards_are_split_merged_counted_and_listed()
    {
        await using var server = await LocalCloudServer.StartAsync();
        var result = await JavaScriptSdk.RunAsync("kinesis-shards.mjs", server.Url);

        Assert.Equal((1, null), ((int)result["drained"]!["records"]!, (string?)result["drained"]!["next"]));
        Assert.Equal(
            [Id(1), Id(2)],
            result["drained"]!["children"]!.AsArray().Select(child => (string)child!["ShardId"]!)
        );
        Assert.Equal([1, 2], result["updated"]!.AsArray().Select(count => (int)count!));
        Assert.Equal(
            [
                $"{Id(0)} of  closed",
                $"{Id(1)} of {Id(0)} closed",
                $"{Id(2)} of {Id(0)} closed",
                $"{Id(3)} of {Id(1)}+{Id(2)} closed",
                $"{Id(4)} of {Id(3)}",
                $"{Id(5)} of {Id(3)}",
            ],
            result["listed"]!
                .AsArray()
                .Select(shard =>
                    $"{shard!["id"]} of {string.Join("+", shard["parents"]!.AsArray())}"
                    + ((bool)shard["closed"]! ? " closed" : "")
                )
        );
        Assert.Equal(
            ["0", $"{UInt128.One << 127}"],
            result["open"]!.AsArray().Select(range => (string)range!["StartingHashKey"]!)
        );
        Assert.True((bool)result["hasMoreShards"]!);
        Assert.Equal(["another ON_DEMAND"], result["streams"]!.AsArray().Select(stream => (string)stream!));
        Assert.True((bool)result["hasMoreStreams"]!);
    }

    [Fact]
    public async Task Settings_are_kept_and_errors_have_the_SDKs_classes()
    {
        await using var server = await LocalCloudServer.StartAsync();
        var result = await JavaScriptSdk.RunAsync("kinesis-settings.mjs", server.Url);

        Assert.Equal(["first=1", "second=2"], result["tags"]!.AsArray().Select(tag => (string)tag!));
        Assert.Equal(
            (2, 168, "ON_DEMAND", 1),
            (
                (int)result["ofResource"]!,
                (int)result["retention"]!,
                (string)result["mode"]!,
                (int)result["onDemandStreams"]!
            )
        );
        var errors = result["errors"]!.AsObject().ToDictionary(error => error.Key, error => (string)error.Value!);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["missing"] = "400 ResourceNotFoundException with id",
                ["exists"] = "400 ResourceInUseException with id",
                ["iterator"] = "400 InvalidArgumentException with id",
                ["validation"] = "400 ValidationException with id",
                ["empty"] = "400 ValidationException with id",
                ["large"] = "400 ValidationException with id",
                ["mode"] = "400 ValidationException with id",
            },
            errors
        );
    }

    [Fact]
    public async Task Throttled_records_can_be_put_again_and_are_stored_once()
    {
        // Each call advances the clock, so that the test does not depend on their duration.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(20) };
        await using var server = await LocalCloudServer.StartAsync(
            null,
            builder => builder.Services.AddSingleton<TimeProvider>(time),
            "--LocalCloud:EnforceLimits=true"
        );
        var result = await JavaScriptSdk.RunAsync("kinesis-throttled.mjs", server.Url);

        Assert.Equal(
            ["ProvisionedThroughputExceededException"],
            result["codes"]!.AsArray().Select(code => (string)code!)
        );
        Assert.Equal((1300, 1300), ((int)result["read"]!, (int)result["distinct"]!));
    }

    private static string Id(int number) => $"shardId-{number:D12}";
}
