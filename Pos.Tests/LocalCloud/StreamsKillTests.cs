using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit;

namespace Pos.Tests.LocalCloud;

public sealed class StreamsKillTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly string _folder = Directory.CreateTempSubdirectory("pos kill ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_killed_process_loses_no_acknowledged_record_and_keeps_their_order()
    {
        const int Writers = 4;
        var acknowledged = Enumerable.Range(0, Writers).Select(_ => new ConcurrentQueue<(string Number, string Data)>()).ToArray();
        for (var round = 0; round < 3; round++)
        {
            await using var process = await LocalCloudProcess.StartAsync(_folder);
            using var kinesis = new KinesisCalls(process.Url);
            if (round == 0)
                await kinesis.CreateAsync("s", shards: 2);
            var before = acknowledged.Sum(queue => queue.Count);
            var writers = Enumerable.Range(0, Writers).Select(writer => WriteUntilItDiesAsync(kinesis, writer, round, acknowledged[writer])).ToList();
            var waiting = Stopwatch.StartNew();
            while (acknowledged.Sum(queue => queue.Count) < before + 200)
            {
                Assert.True(waiting.Elapsed < s_patience, "too few records were acknowledged");
                Assert.All(writers, writer => Assert.False(writer.IsFaulted));
                await Task.Delay(5);
            }
            await process.KillAsync();
            await Task.WhenAll(writers).WaitAsync(s_patience);
        }

        await using var server = await LocalCloudServer.StartAsync(_folder);
        using var after = new KinesisCalls(server.Url);
        var stored = new Dictionary<string, List<(string Number, string Data)>>();
        foreach (var shard in await after.ShardsAsync("s"))
        {
            var records = await after.RecordsAsync("s", (string)shard["ShardId"]!);
            var numbers = records.Select(record => (string)record["SequenceNumber"]!).ToList();
            Assert.Equal(numbers.Order(StringComparer.Ordinal).Distinct(), numbers);
            foreach (var record in records.GroupBy(record => (string)record["PartitionKey"]!))
                stored.Add(record.Key, [.. record.Select(r => ((string)r["SequenceNumber"]!, KinesisCalls.Data(r)))]);
        }
        for (var writer = 0; writer < Writers; writer++)
        {
            var kept = stored[$"writer {writer}"];
            Assert.Equal(acknowledged[writer], kept.Where(acknowledged[writer].Contains)); // all, once, in order
            Assert.Equal(kept.Select(record => record.Data).Distinct().Count(), kept.Count);
        }
    }

    private static async Task WriteUntilItDiesAsync(KinesisCalls kinesis, int writer, int round, ConcurrentQueue<(string, string)> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            var data = Enumerable.Range(0, 5).Select(j => $"{round} {i} {j} {new string('x', 300)}").ToList();
            try
            {
                var answer = await kinesis.PutManyAsync("s", data.Select(text => KinesisCalls.Record($"writer {writer}", text)));
                foreach (var (text, place) in data.Zip(answer["Records"]!.AsArray()))
                    acknowledged.Enqueue(((string)place!["SequenceNumber"]!, text));
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }
}
