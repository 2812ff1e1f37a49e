using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Tests.AwsSdk;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// Reading from a stream that enforces five reads per second and shard, as Kinesis does and LocalCloud optionally does.
/// </summary>
[SystemTest]
public sealed class LimitedReadsTests
{
    private const string Only = "shardId-000000000000";

    [Fact]
    public async Task Throttled_reader_keeps_to_the_limit_and_misses_nothing()
    {
        await using var server = await LocalCloudServer.StartAsync(null, "--LocalCloud:EnforceLimits=true");
        using var kinesis = Clients.Kinesis(server.Url);
        await kinesis.CreateStreamAsync(new CreateStreamRequest { StreamName = "purchases", ShardCount = 1 });
        var stream = new CountingStream(new KinesisShardStream(kinesis, new PosResources { Stream = "purchases" }));
        await using var services = new ServiceCollection()
            .AddMetrics()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<ProcessorMetrics>()
            .BuildServiceProvider();
        var reader = new ShardReader(
            stream,
            new Lease(Only, Checkpoint.TrimHorizon, "owner", 0, []),
            new ShardStatus(Only, Checkpoint.TrimHorizon, NullLogger.Instance),
            new(
                new EventSourceMappingOptions { PollMilliseconds = 1 },
                TimeProvider.System,
                services.GetRequiredService<ProcessorMetrics>(),
                NullLogger.Instance
            )
        );
        using var stop = new CancellationTokenSource();

        var ahead = reader.PeekAsync(stop.Token); // The shard is empty, so the reader polls.
        await Wait.UntilAsync(() => stream.Throttles > 0);
        var (reads, throttles) = (stream.Reads, stream.Throttles);
        await Wait.UntilAsync(() => stream.Reads >= reads + 8);
        // Without the limiter, each read would be throttled several times. A slow machine may still cause a few.
        Assert.InRange(stream.Throttles - throttles, 0, 8);

        await kinesis.PutRecordAsync(
            new PutRecordRequest
            {
                StreamName = "purchases",
                PartitionKey = "k",
                Data = new MemoryStream("text"u8.ToArray()),
            }
        );
        Assert.Equal("text"u8.ToArray(), Assert.Single((await ahead)!).Data.ToArray());
        await stop.CancelAsync();
        await reader.EndAsync();
    }

    private sealed class CountingStream(IShardStream stream) : IShardStream
    {
        private int _reads;
        private int _throttles;

        public int Reads => Volatile.Read(ref _reads);
        public int Throttles => Volatile.Read(ref _throttles);

        public Task<IReadOnlyList<StreamShard>> ListShardsAsync(CancellationToken cancellationToken) =>
            stream.ListShardsAsync(cancellationToken);

        public Task<string> GetIteratorAsync(string shardId, string checkpoint, CancellationToken cancellationToken) =>
            stream.GetIteratorAsync(shardId, checkpoint, cancellationToken);

        public async Task<ShardRead> ReadAsync(
            string shardId,
            string iterator,
            int limit,
            CancellationToken cancellationToken
        )
        {
            try
            {
                var read = await stream.ReadAsync(shardId, iterator, limit, cancellationToken);
                Interlocked.Increment(ref _reads);
                return read;
            }
            catch (ProvisionedThroughputExceededException)
            {
                Interlocked.Increment(ref _throttles);
                throw;
            }
        }
    }
}
