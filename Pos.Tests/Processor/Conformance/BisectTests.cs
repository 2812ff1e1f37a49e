using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Storage;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary><c>BisectBatchOnFunctionError</c> splits a failed batch in two until the poison record is alone.</summary>
[Fast]
public sealed class BisectTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public BisectTests() => _shard.Options.BisectBatchOnFunctionError = true;

    public void Dispose() => _shard.Dispose();

    [Theory]
    [InlineData("1", "1-8 1-4 1-2 1-1 1-1 2-2 3-4 5-8", "1 2 4 8")]
    [InlineData("6", "1-8 1-4 5-8 5-6 5-5 6-6 6-6 7-8", "4 5 6 8")]
    [InlineData("8", "1-8 1-4 5-8 5-6 7-8 7-7 8-8 8-8", "4 6 7 8")]
    public void Poison_record_is_isolated_in_shard_order_and_discarded_alone(
        string poison,
        string calls,
        string checkpoints
    )
    {
        _shard.Options.MaximumRetryAttempts = 1;
        _shard.Stream.Put(8);
        _shard.Function = batch =>
            batch.Any(record => record.SequenceNumber == poison)
                ? throw new FormatException("poison")
                : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(calls.Split(' '), _shard.Calls);
        Assert.Equal([.. checkpoints.Split(' '), Checkpoint.ShardEnd], _shard.Checkpoints);
        Assert.Equal([poison], _shard.Discarded.Select(d => d.Record.SequenceNumber));
        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"{i}").Where(i => i != poison), _shard.Processed);
    }

    [Fact]
    public void Bisecting_consumes_no_retries()
    {
        _shard.Options.MaximumRetryAttempts = 0;
        _shard.Stream.Put(1_000);
        _shard.Function = batch => batch.Count > 1 ? throw new FormatException("too many") : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Empty(_shard.Discarded);
        Assert.Equal(1_000, _shard.Processed.Count);
        Assert.Equal(0, _shard.Counted("pos.processor.retries"));
        Assert.Equal(990, _shard.Counted("pos.processor.bisects")); // Ten batches of 100 records, each split 99 times.
    }

    [Fact]
    public void Partly_successful_batch_is_split_at_the_returned_sequence_number()
    {
        _shard.Options.MaximumRetryAttempts = 0;
        _shard.Stream.Put(8);
        _shard.Function = batch =>
            batch switch
            {
                [{ SequenceNumber: "1" }, ..] => ShardRun.Failed("4"),
                [{ SequenceNumber: "4" }, _, ..] => ShardRun.Failed("4"),
                [{ SequenceNumber: "4" }] => ShardRun.Failed("4"),
                _ => BatchResponse.Success,
            };

        _shard.ToEnd();

        Assert.Equal(["1-8", "4-8", "4-5", "4-4", "5-5", "6-8"], _shard.Calls);
        Assert.Equal(["3", "4", "5", "8", Checkpoint.ShardEnd], _shard.Checkpoints);
        Assert.Equal(["4"], _shard.Discarded.Select(d => d.Record.SequenceNumber));
    }

    [Fact]
    public void Each_half_of_a_batch_follows_its_own_response()
    {
        _shard.Stream.Put(8);
        _shard.Function = batch =>
            _shard.Calls.Count switch
            {
                1 => throw new FormatException("poison"),
                2 => ShardRun.Failed("3"), // In the batch 1-4.
                _ => BatchResponse.Success,
            };

        _shard.ToEnd();

        Assert.Equal(["1-8", "1-4", "3-4", "5-8"], _shard.Calls);
        Assert.Equal(["2", "4", "8", Checkpoint.ShardEnd], _shard.Checkpoints);
    }

    [Fact]
    public void Batch_of_one_record_is_retried_after_a_pause()
    {
        _shard.Stream.Put(1);
        _shard.Function = _ =>
            _shard.Calls.Count < 5 ? throw new InvalidOperationException("unavailable") : BatchResponse.Success;

        _shard.ToEnd();

        Assert.Equal(5, _shard.Calls.Count);
        Assert.Equal(0, _shard.Counted("pos.processor.bisects"));
        Assert.True(_shard.Time.Passed > TimeSpan.FromMilliseconds(_shard.Options.RetryDelayMilliseconds));
    }
}
