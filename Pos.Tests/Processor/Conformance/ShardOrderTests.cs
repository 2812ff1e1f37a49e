using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>
/// Order in which shards are read: starting positions, and children after their parents.
/// </summary>
[Fast]
public sealed class ShardOrderTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddMetrics()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<ProcessorMetrics>()
        .BuildServiceProvider();
    private readonly VirtualTime _time = new(Samples.Arrival);
    private readonly ScriptedStream _stream;
    private readonly InMemoryLeases _leases = new();
    private readonly EventSourceMappingOptions _options = new() { BatchSize = 2 };
    private readonly List<string> _processed = [];

    public ShardOrderTests() => _stream = new(_time);

    public void Dispose() => _services.Dispose();

    [Fact]
    public void TrimHorizon_starts_at_the_oldest_record()
    {
        PutAt(0, 60, 120);

        Process(from: 90, to: 150);

        Assert.Equal(["shard 1", "shard 2", "shard 3"], _processed);
    }

    [Fact]
    public void Latest_reads_records_that_arrive_from_now_on()
    {
        _options.StartingPosition = StartingPosition.Latest;
        PutAt(0, 60, 120);

        Process(from: 90, to: 150);

        Assert.Equal(["shard 3"], _processed);
    }

    [Fact]
    public void Latest_keeps_its_start_time_after_a_start_that_read_nothing()
    {
        _options.StartingPosition = StartingPosition.Latest;
        PutAt(0, 60, 120);
        _stream.ReadFails = () => _time.Passed < TimeSpan.FromSeconds(130) ? new IOException("unavailable") : null;
        Process(from: 90, to: 100, close: false);

        Process(from: 140, to: 150);

        Assert.Equal(["shard 3"], _processed);
    }

    [Fact]
    public void AtTimestamp_reads_records_that_arrived_since_then()
    {
        _options.StartingPosition = StartingPosition.AtTimestamp;
        _options.StartingPositionTimestamp = Samples.Arrival.AddSeconds(60);
        PutAt(0, 60, 120);

        Process(from: 90, to: 150);

        Assert.Equal(["shard 2", "shard 3"], _processed);
    }

    [Theory]
    [InlineData("Latest")]
    [InlineData("TrimHorizon")]
    public void Children_of_a_split_are_read_from_their_beginning_after_their_parent_ended(string position)
    {
        _options.StartingPosition = Enum.Parse<StartingPosition>(position);
        _time.At(10, () =>
        {
            _stream.Put(5);
            _stream.Split(ScriptedStream.FirstShard, "split-a", "split-b");
            _stream.PutTo("split-a", "key", "key");
            _stream.PutTo("split-b", "key");
            _stream.Close("split-a");
            _stream.Close("split-b");
        });

        Process(from: 5, to: 60);

        Assert.Equal(["shard 1", "shard 2", "shard 3", "shard 4", "shard 5"], _processed.Take(5));
        Assert.Equal(["split-a 6", "split-a 7", "split-b 8"], _processed.Skip(5).Order(StringComparer.Ordinal));
        Assert.All(_leases.All, lease => Assert.Equal(Checkpoint.ShardEnd, lease.Checkpoint));
    }

    [Fact]
    public void Child_of_a_merge_waits_for_both_parents()
    {
        _stream.Split(ScriptedStream.FirstShard, "split-a", "split-b");
        _stream.PutTo("split-a", "key", "key");
        _stream.PutTo("split-b", Enumerable.Repeat("key", 50));
        _stream.Merge("split-a", "split-b", "merged");
        _stream.PutTo("merged", "key");
        _stream.Close("merged");
        _stream.ReadLimit = 1;

        Process(from: 0, to: 60);

        Assert.Equal(53, _processed.Count);
        Assert.Equal("merged 53", _processed[^1]);
    }

    private void PutAt(params int[] seconds)
    {
        foreach (var second in seconds)
            _time.At(second, () => _stream.Put(1));
    }

    /// <summary>
    /// Runs a worker from one second to another. At the end, closes the first shard or stops the worker.
    /// </summary>
    private void Process(int from, int to, bool close = true) =>
        _time.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(from) - _time.Passed, _time);
            using var stop = new CancellationTokenSource();
            _time.At(to, () =>
            {
                if (close)
                    _stream.Close();
                else
                    stop.Cancel();
            });
            var coordinator = new LeaseCoordinator(_stream, _leases, _options, _time, NullLogger.Instance);
            var running = new Dictionary<string, Task>();
            while (
                !stop.IsCancellationRequested
                && (
                    running.Count > 0
                    || !_leases.All.Any()
                    || _leases.All.Any(lease => lease.Checkpoint != Checkpoint.ShardEnd)
                )
            )
            {
                await foreach (var lease in coordinator.TakeAsync(running.Keys, CancellationToken.None))
                    running.Add(lease.ShardId, RunAsync(lease, stop.Token));
                await Task.Delay(TimeSpan.FromSeconds(1), _time);
                foreach (var shard in running.Where(shard => shard.Value.IsCompleted).ToArray())
                    running.Remove(shard.Key);
            }
        });

    private async Task RunAsync(Lease lease, CancellationToken stop)
    {
        var consumer = new ShardConsumer(
            new(_stream, _leases, new ScriptedHandler(ProcessAsync)),
            lease,
            new(_options, _time, _services.GetRequiredService<ProcessorMetrics>(), NullLogger.Instance)
        );
        await ((Task)consumer.RunAsync(stop, CancellationToken.None)).ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext
        );
        await _leases.ReleaseAsync(lease.ShardId, lease.Owner!, CancellationToken.None);
    }

    private Task<BatchResponse> ProcessAsync(
        IReadOnlyList<StreamRecord> batch,
        HeldLease? lease,
        CancellationToken cancellationToken
    )
    {
        _processed.AddRange(batch.Select(record => $"{record.ShardId} {record.SequenceNumber}"));
        return Task.FromResult(BatchResponse.Success);
    }
}
