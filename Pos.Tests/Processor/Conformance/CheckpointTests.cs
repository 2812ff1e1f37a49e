using System.Globalization;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Storage;
using Xunit;

namespace Pos.Tests.Processor.Conformance;

/// <summary>The checkpoint never passes an unprocessed record, whatever stops the processor.</summary>
[Fast]
public sealed class CheckpointTests : IDisposable
{
    private readonly ShardRun _shard = new();

    public void Dispose() => _shard.Dispose();

    [Fact]
    public void Checkpoint_never_passes_an_unprocessed_record()
    {
        _shard.Options.BatchSize = 7;
        _shard.Options.BisectBatchOnFunctionError = true;
        _shard.Options.MaximumRetryAttempts = 1;
        _shard.Stream.Put(50);
        var random = new Random(5);
        var distances = new List<int>();
        _shard.Function = batch =>
        {
            distances.Add(Number(batch[0].SequenceNumber) - Number(_shard.Checkpoints.LastOrDefault("0")));
            switch (random.Next(3))
            {
                case 0:
                    throw new InvalidOperationException("unavailable");
                case 1:
                    var done = random.Next(batch.Count);
                    _shard.Processed.AddRange(batch.Take(done).Select(record => record.SequenceNumber));
                    return ShardRun.Failed(batch[done].SequenceNumber);
                default:
                    return BatchResponse.Success;
            }
        };

        _shard.ToEnd();

        // Each call begins at the record after the checkpoint.
        Assert.All(distances, records => Assert.Equal(1, records));
        Assert.Equal(
            Enumerable.Range(1, 50),
            _shard.Processed.Concat(_shard.Discarded.Select(d => d.Record.SequenceNumber)).Select(Number).Order()
        );
        Assert.NotEmpty(_shard.Discarded);
    }

    [Fact]
    public void Stop_finishes_the_running_call_and_makes_no_other()
    {
        _shard.Options.BatchSize = 2;
        _shard.CallTakes = TimeSpan.FromSeconds(10);
        _shard.Stream.Put(6);
        _shard.Time.At(15, _shard.Stop);

        _shard.Run();
        Assert.Equal(["2", "4"], _shard.Checkpoints);
        Assert.Equal(["1", "2", "3", "4"], _shard.Processed);

        _shard.ToEnd();
        Assert.Equal(["1-2", "3-4", "5-6"], _shard.Calls);
    }

    [Fact]
    public void Stop_in_the_middle_of_a_failing_batch_leaves_the_rest_to_the_next_owner()
    {
        _shard.Stream.Put(6);
        _shard.Function = _ => ShardRun.Failed("4");
        _shard.Time.At(60, _shard.Stop);

        _shard.Run();
        Assert.Equal("3", Assert.Single(_shard.Checkpoints));

        _shard.Function = _ => BatchResponse.Success;
        _shard.ToEnd();
        Assert.Equal("4-6", _shard.Calls[^1]);
    }

    [Fact]
    public void Crash_after_the_function_succeeded_redelivers_the_batch()
    {
        _shard.Stream.Put(3);
        _shard.Function = _ =>
        {
            if (_shard.Calls.Count == 1)
                _shard.Crash();
            return BatchResponse.Success;
        };

        _shard.Run();
        Assert.Empty(_shard.Checkpoints);

        _shard.ToEnd();
        Assert.Equal(["1-3", "1-3"], _shard.Calls);
    }

    [Fact]
    public void Checkpoint_waits_for_an_unavailable_lease_table()
    {
        _shard.Stream.Put(1);
        _shard.Leases.CheckpointFails = () =>
            _shard.Time.Passed < TimeSpan.FromMinutes(2) ? new IOException("unavailable") : null;
        _shard.Time.At(60, () => Assert.Equal("IOException: unavailable", _shard.Status.Failure));

        _shard.ToEnd();

        Assert.Equal(["1-1"], _shard.Calls);
        Assert.Null(_shard.Status.Failure);
        Assert.Equal(
            [
                "Warning: Shard shard blocked at record 1; retrying: IOException: unavailable",
                "Information: Shard shard recovered",
            ],
            _shard.Log.All
        );
    }

    [Fact]
    public void Worker_whose_lease_was_taken_stops_at_its_next_checkpoint()
    {
        _shard.Options.BatchSize = 1;
        _shard.Stream.Put(3);
        _shard.Function = batch =>
        {
            if (batch[0].SequenceNumber == "2")
                _shard.Leases.TryTakeAsync(_shard.Leases[ScriptedStream.FirstShard], "another", CancellationToken.None);
            return BatchResponse.Success;
        };

        Assert.Throws<LeaseLostException>(_shard.ToEnd);

        Assert.Equal(["1-1", "2-2"], _shard.Calls);
        Assert.Equal(["1"], _shard.Checkpoints);
    }

    private static int Number(string sequenceNumber) => int.Parse(sequenceNumber, CultureInfo.InvariantCulture);
}
