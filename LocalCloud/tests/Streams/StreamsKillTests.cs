using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Streams;

/// <summary>
/// Kills LocalCloud with SIGKILL at random moments, while several clients put records and another reshards.
/// <c>POS_SOAK_SEEDS=50</c> runs fifty rounds instead of a few.
/// </summary>
[SystemTest("POS_SOAK_SEEDS")]
public sealed class StreamsKillTests : IDisposable
{
    private const int Kills = 2;
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("pos kill ").FullName;

    public static TheoryData<int> Seeds
    {
        get
        {
            var rounds = int.TryParse(
                Environment.GetEnvironmentVariable("POS_SOAK_SEEDS"),
                CultureInfo.InvariantCulture,
                out var soak
            )
                ? soak
                : 3;
            return [.. Enumerable.Range(1, rounds)];
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_kill_loses_no_acknowledged_record_or_reshard_and_keeps_the_order(int seed)
    {
        var random = new Random(seed);
        var writers = Enumerable
            .Range(0, random.Next(2, 7))
            .Select(i => new Writer($"writer {i}", new Random(random.Next())))
            .ToList();
        var resharder = new Resharder(new Random(random.Next()));
        for (var kill = 0; kill < Kills; kill++)
        {
            // Small segments, so that kills interrupt a change of segment.
            await using var process = await LocalCloudProcess.StartAsync(
                _folder,
                "--LocalCloud:Streams:SegmentBytes=65536"
            );
            using var kinesis = new KinesisCalls(process.Url);
            if (kill == 0)
                await kinesis.CreateAsync("s", shards: random.Next(1, 4));
            var enough = writers.Sum(writer => writer.Acknowledged.Count) + random.Next(50, 1500);
            List<Task> load =
            [
                resharder.RunUntilKilledAsync(kinesis),
                .. writers.Select(writer => writer.RunUntilKilledAsync(kinesis, kill)),
            ];
            await Wait.UntilAsync(() =>
                writers.Sum(writer => writer.Acknowledged.Count) >= enough || load.Exists(task => task.IsCompleted)
            );
            Assert.DoesNotContain(load, task => task.IsCompleted);
            await process.KillAsync();
            await Task.WhenAll(load).WaitAsync(s_timeout);
        }

        await using var server = await LocalCloudServer.StartAsync(_folder);
        using var after = new KinesisCalls(server.Url);
        var shards = await after.ShardsAsync("s");
        Assert.Empty(
            resharder.Closed.Except(
                shards
                    .Where(shard => shard["SequenceNumberRange"]!["EndingSequenceNumber"] is not null)
                    .Select(shard => (string)shard["ShardId"]!)
            )
        );
        var stored = new List<Stored>();
        foreach (var shard in shards)
        {
            var records = await after.RecordsAsync("s", (string)shard["ShardId"]!);
            var numbers = records.Select(record => (string)record["SequenceNumber"]!).ToList();
            Assert.Equal(numbers.Order(StringComparer.Ordinal).Distinct(), numbers);
            stored.AddRange(
                records.Select(record => new Stored(
                    (string)record["PartitionKey"]!,
                    (string)record["SequenceNumber"]!,
                    KinesisCalls.Data(record)
                ))
            );
        }
        foreach (var writer in writers)
        {
            var kept = stored
                .Where(record => record.Writer == writer.Name)
                .OrderBy(record => record.Number, StringComparer.Ordinal)
                .ToList();
            var acknowledged = writer.Acknowledged.ToHashSet();
            Assert.Equal(writer.Acknowledged, kept.Where(acknowledged.Contains)); // all, once, in order
            Assert.Equal(kept.Select(record => record.Data).Distinct().Count(), kept.Count);
        }
    }

    private sealed record Stored(string Writer, string Number, string Data);

    private sealed class Writer(string name, Random random)
    {
        public string Name => name;
        public ConcurrentQueue<Stored> Acknowledged { get; } = new();

        public async Task RunUntilKilledAsync(KinesisCalls kinesis, int life)
        {
            for (var i = 0; ; i++)
            {
                var data = Enumerable
                    .Range(0, random.Next(1, 40))
                    .Select(j => $"{life} {i} {j} {new string('x', random.Next(1500))}")
                    .ToList();
                JsonNode answer;
                try
                {
                    answer = await kinesis.PutManyAsync("s", data.Select(text => KinesisCalls.Record(name, text)));
                }
                catch (HttpRequestException)
                {
                    return;
                }
                foreach (var (text, place) in data.Zip(answer["Records"]!.AsArray()))
                    Acknowledged.Enqueue(new Stored(name, (string)place!["SequenceNumber"]!, text));
            }
        }
    }

    /// <summary>Splits and merges shards in turn.</summary>
    private sealed class Resharder(Random random)
    {
        /// <summary>The shards whose split or merge was acknowledged.</summary>
        public List<string> Closed { get; } = [];

        public async Task RunUntilKilledAsync(KinesisCalls kinesis)
        {
            try
            {
                while (true)
                {
                    await Task.Delay(random.Next(1, 100));
                    var open = (await kinesis.ShardsAsync("s"))
                        .Where(shard => shard["SequenceNumberRange"]!["EndingSequenceNumber"] is null)
                        .OrderBy(shard =>
                            UInt128.Parse(
                                (string)shard["HashKeyRange"]!["StartingHashKey"]!,
                                CultureInfo.InvariantCulture
                            )
                        )
                        .ToList();
                    var chosen = random.Next(open.Count);
                    if (open.Count < 3)
                        await SplitAsync(kinesis, open[chosen]);
                    else
                        await MergeAsync(
                            kinesis,
                            open[Math.Min(chosen, open.Count - 2)],
                            open[Math.Min(chosen, open.Count - 2) + 1]
                        );
                }
            }
            catch (HttpRequestException)
            {
                // LocalCloud was killed.
            }
        }

        private async Task SplitAsync(KinesisCalls kinesis, JsonNode shard)
        {
            var range = shard["HashKeyRange"]!;
            var (start, end) = (
                UInt128.Parse((string)range["StartingHashKey"]!, CultureInfo.InvariantCulture),
                UInt128.Parse((string)range["EndingHashKey"]!, CultureInfo.InvariantCulture)
            );
            await kinesis.CallAsync(
                "SplitShard",
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["ShardToSplit"] = (string)shard["ShardId"]!,
                    ["NewStartingHashKey"] = $"{start + (end - start) / 2}",
                }
            );
            Closed.Add((string)shard["ShardId"]!);
        }

        private async Task MergeAsync(KinesisCalls kinesis, JsonNode left, JsonNode right)
        {
            await kinesis.CallAsync(
                "MergeShards",
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["ShardToMerge"] = (string)left["ShardId"]!,
                    ["AdjacentShardToMerge"] = (string)right["ShardId"]!,
                }
            );
            Closed.AddRange([(string)left["ShardId"]!, (string)right["ShardId"]!]);
        }
    }
}
