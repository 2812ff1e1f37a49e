using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>
/// Processes one shard under one lease, batch by batch, until the shard ends, the lease is lost or the processor stops.
/// </summary>
internal sealed class ShardConsumer(ShardSource source, Lease lease, MappingRuntime runtime)
{
    public ShardStatus Status { get; } = new(lease.ShardId, lease.Checkpoint, runtime.Logger);

    /// <param name="stopping">Finishes the running batch and starts no further one.</param>
    /// <param name="aborting">Aborts the running batch too.</param>
    /// <exception cref="LeaseLostException">Another worker has taken the lease.</exception>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var checkpoints = new ShardCheckpoints(source.Leases, lease, Status, runtime);
        var reader = new ShardReader(source.Stream, lease, Status, runtime);
        var gatherer = new BatchGatherer(reader, runtime.Options, runtime.Time);
        var lanes = new ShardLanes(source.Handler, new HeldLease(source.Leases, lease), checkpoints, Status, runtime);
        try
        {
            while (await gatherer.NextAsync(lanes.Count, reading.Token) is { } records)
            {
                Status.Begin(records);
                await lanes.DeliverAsync(records, stopping, aborting);
            }
            await checkpoints.MoveAsync(_ => new(Checkpoint.ShardEnd), aborting);
        }
        finally
        {
            await reading.CancelAsync();
            await reader.EndAsync();
        }
    }
}
