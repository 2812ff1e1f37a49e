using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Storage;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>An outage of the function for ten minutes, while records keep arriving.</summary>
[Fast]
public sealed class OutageTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public void Dispose() => _shard.Dispose();

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(true, 3)]
    public void Shard_waits_without_spinning_shows_its_lag_catches_up_and_loses_nothing(bool bisect, int factor)
    {
        _shard.Options.BisectBatchOnFunctionError = bisect;
        _shard.Options.ParallelizationFactor = factor;
        for (var second = 0; second < 900; second++)
            _shard.Time.At(second, () => _shard.Stream.Put(["a", "b", "c", "d"]));
        _shard.Time.At(900, () => _shard.Stream.Close());
        _shard.Function = _ =>
            _shard.Time.Passed.TotalSeconds is > 60 and < 660
                ? throw new HttpRequestException("unavailable")
                : BatchResponse.Success;
        var callsBefore = 0;
        _shard.Time.At(60.5, () => callsBefore = _shard.Calls.Count);
        _shard.Time.At(600, () =>
        {
            // The pause grows to five seconds. Splitting a hundred records takes at most seven more calls.
            Assert.InRange(_shard.Calls.Count - callsBefore, 100, 300 * factor);
            Assert.InRange(_shard.Status.IteratorAgeMilliseconds(_shard.Time.GetUtcNow())!.Value, 538_000, 540_000);
            Assert.True(_shard.Status.LagRecords > 0);
            Assert.Equal("HttpRequestException: unavailable", _shard.Status.Failure);
        });
        _shard.Time.At(700, () =>
        {
            Assert.InRange(_shard.Status.IteratorAgeMilliseconds(_shard.Time.GetUtcNow())!.Value, 0, 1_000);
            Assert.Null(_shard.Status.Failure);
        });

        _shard.Run();

        Assert.Equal(Enumerable.Range(1, 3_600), _shard.Processed.Select(int.Parse).Order());
        Assert.Empty(_shard.Discarded);
        Assert.Equal(0, _shard.Status.LagRecords);
        Assert.Single(_shard.Log.All, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Single(_shard.Log.All, line => line == "Information: Shard shard recovered");
    }

    [Fact]
    public void Lag_counts_read_records_and_estimates_unread_ones_by_their_arrival_rate()
    {
        _shard.Stream.ReadLimit = 50;
        _shard.Options.BatchSize = 50;
        for (var second = 0; second < 100; second++)
            _shard.Time.At(second, () => _shard.Stream.Put(10));
        _shard.Time.Run(() => Task.Delay(TimeSpan.FromSeconds(100), _shard.Time));
        var lags = new List<(long Lag, long Truth)>();
        _shard.Function = batch =>
        {
            lags.Add((_shard.Status.LagRecords!.Value, 1_000 - long.Parse(batch[0].SequenceNumber) + 1));
            return BatchResponse.Success;
        };

        _shard.ToEnd();

        Assert.All(lags.Skip(1), lag => Assert.InRange(lag.Lag, lag.Truth * 0.7 - 50, lag.Truth * 1.5 + 50));
        Assert.Equal(0, _shard.Status.LagRecords);
    }
}
