using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Storage;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>Retries of a failed batch, their limits, and the on-failure destination.</summary>
[Fast]
public sealed class RetryTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void By_default_a_batch_is_retried_until_it_succeeds()
    {
        _shard.Stream.Put(2);
        _shard.Function = _ =>
            _shard.Calls.Count <= 200 ? throw new InvalidOperationException("unavailable") : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(201, _shard.Calls.Count);
        Assert.Equal(["2", Checkpoint.ShardEnd], _shard.Checkpoints);
        Assert.Equal(200, _shard.Status.Retries);
        Assert.Equal(200, _shard.Counted("pos.processor.retries"));
        Assert.Equal(1, _shard.Counted("pos.processor.batches"));
        Assert.Null(_shard.Status.Failure);
    }

    [Fact]
    public void Retries_back_off_up_to_a_limit_with_jitter()
    {
        _shard.Options.RetryDelayMilliseconds = 100;
        _shard.Options.MaximumRetryDelayMilliseconds = 1_000;
        _shard.Stream.Put(1);
        _shard.Function = _ => _shard.Calls.Count < 12 ? ShardRun.Failed("1") : BatchResponse.Success;

        _shard.ToEnd();

        var waits = _shard.CalledAt.Zip(_shard.CalledAt.Skip(1), (a, b) => (b - a) * 1_000).ToArray();
        Assert.All(waits.Index(), wait =>
            Assert.InRange(
                wait.Item,
                Math.Min(1_000, 100 << wait.Index) / 2.0,
                Math.Min(1_000, 100 << wait.Index) + 0.1
            )
        );
        Assert.NotEqual(waits[^1], waits[^2]);
    }

    [Fact]
    public void Progress_resets_the_backoff()
    {
        _shard.Options.RetryDelayMilliseconds = 100;
        _shard.Options.MaximumRetryDelayMilliseconds = 60_000;
        _shard.Stream.Put(2);
        _shard.Function = batch =>
            _shard.Calls.Count switch
            {
                < 10 => ShardRun.Failed("1"),
                10 => ShardRun.Failed("2"),
                _ => BatchResponse.Success,
            };

        _shard.ToEnd();

        Assert.Equal("2-2", _shard.Calls[^1]);
        // Differences between doubles are not exact.
        Assert.InRange(_shard.CalledAt[^1] - _shard.CalledAt[^2], 0.0499, 0.1001);
    }

    [Fact]
    public void Batch_that_exhausts_its_retries_goes_to_the_on_failure_destination_and_the_shard_continues()
    {
        _shard.Options.MaximumRetryAttempts = 2;
        _shard.Options.BatchSize = 3;
        _shard.Stream.Put(5);
        _shard.Function = batch =>
            batch[0].SequenceNumber == "1" ? throw new FormatException("poison") : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(["1-3", "1-3", "1-3", "4-5"], _shard.Calls);
        Assert.Equal(
            ["1 RetriesExhausted", "2 RetriesExhausted", "3 RetriesExhausted"],
            _shard.Discarded.Select(d => $"{d.Record.SequenceNumber} {d.Reason}")
        );
        Assert.Equal(["3", "5", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void On_failure_destination_gets_the_whole_record()
    {
        _shard.Options.MaximumRetryAttempts = 0;
        _shard.Stream.PutBytes(1_000);
        _shard.Function = _ => throw new FormatException("poison");

        _shard.ToEnd();

        var record = Assert.Single(_shard.Discarded).Record;
        Assert.Equal(
            (ScriptedStream.FirstShard, "1", "key", Samples.Arrival, 1_000),
            (record.ShardId, record.SequenceNumber, record.PartitionKey, record.ArrivedAt, record.Data.Length)
        );
    }

    [Fact]
    public void Without_retries_the_rest_of_a_partly_failed_batch_is_discarded()
    {
        _shard.Options.MaximumRetryAttempts = 0;
        _shard.Stream.Put(4);
        _shard.Function = _ => ShardRun.Failed("3");

        _shard.ToEnd();

        Assert.Equal(["1-4"], _shard.Calls);
        Assert.Equal(["3", "4"], _shard.Discarded.Select(d => d.Record.SequenceNumber));
        Assert.Equal(["2", "4", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Retries_are_counted_for_the_first_unprocessed_record()
    {
        _shard.Options.MaximumRetryAttempts = 1;
        _shard.Stream.Put(3);
        _shard.Function = _ =>
            _shard.Calls.Count switch
            {
                1 => ShardRun.Failed("1"),
                2 => ShardRun.Failed("2"),
                _ => BatchResponse.Success,
            };

        _shard.ToEnd();

        Assert.Equal(["1-3", "1-3", "2-3"], _shard.Calls);
        Assert.Empty(_shard.Discarded);
    }

    [Fact]
    public void Record_that_is_too_old_before_the_first_attempt_is_discarded_without_a_call()
    {
        _shard.Options.MaximumRecordAgeInSeconds = 60;
        _shard.Stream.Put(2);
        _shard.Time.At(30, () => _shard.Stream.Put(1));
        _shard.Stream.Close();
        _shard.Time.Run(() => Task.Delay(TimeSpan.FromSeconds(61), _shard.Time)); // No read meanwhile.

        _shard.Run();

        Assert.Equal(
            ["1 RecordExpired", "2 RecordExpired"],
            _shard.Discarded.Select(d => $"{d.Record.SequenceNumber} {d.Reason}")
        );
        Assert.Equal(["3-3"], _shard.Calls);
        Assert.Equal(["2", "3", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Record_that_becomes_too_old_between_attempts_is_discarded_and_newer_ones_are_not()
    {
        _shard.Options.MaximumRecordAgeInSeconds = 60;
        _shard.Options.MaximumBatchingWindowInSeconds = 20;
        _shard.Stream.Put(1);
        _shard.Time.At(10, () => _shard.Stream.Put(1));
        _shard.Function = batch =>
            batch[0].SequenceNumber == "1" ? throw new InvalidOperationException("unavailable") : BatchResponse.Success;
        _shard.Time.At(30, () => _shard.Stream.Close());

        _shard.Run();

        Assert.Equal(["1 RecordExpired"], _shard.Discarded.Select(d => $"{d.Record.SequenceNumber} {d.Reason}"));
        Assert.Equal("2-2", _shard.Calls[^1]);
        Assert.InRange(_shard.CalledAt[^1], 60, 65.1);
        Assert.All(_shard.Calls.SkipLast(1), call => Assert.Equal("1-2", call));
    }

    [Fact]
    public void Record_is_kept_while_the_on_failure_destination_is_unavailable()
    {
        _shard.Options.MaximumRetryAttempts = 0;
        _shard.Stream.Put(2);
        _shard.Function = batch =>
            batch[0].SequenceNumber == "1" ? throw new FormatException("poison") : BatchResponse.Success;
        _shard.DestinationFails = () =>
            _shard.Time.Passed < TimeSpan.FromMinutes(3) ? new IOException("unavailable") : null;

        _shard.ToEnd();

        Assert.Equal(["1-2"], _shard.Calls);
        Assert.Equal(["1", "2"], _shard.Discarded.Select(d => d.Record.SequenceNumber));
        Assert.Equal(["2", Checkpoint.ShardEnd], _shard.Checkpoints);
    }
}
