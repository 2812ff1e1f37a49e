using Pos.Storage.Leases;

namespace Pos.Processor.EventSource;

/// <summary>
/// Reads one shard, on one lease, batch after batch, until its end, the lease's loss, or the processor's stop.
/// </summary>
internal sealed class ShardProcessor(
    IShardStream stream,
    ILeases leases,
    Lease lease,
    BatchFunction function,
    OnFailure onFailure,
    EventSourceMappingOptions options,
    TimeProvider time,
    ProcessorMetrics metrics,
    ILogger logger
)
{
    public ShardStatus Status { get; } = new(lease.ShardId, lease.Checkpoint, logger);

    /// <param name="stopping">Takes no further batch.</param>
    /// <param name="aborting">Leaves the running batch, too.</param>
    /// <exception cref="LeaseLostException">Another worker has the shard.</exception>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var checkpoints = new ShardCheckpoints(leases, lease, options, time, Status);
        var reader = new ShardReader(stream, lease.ShardId, lease.Checkpoint, options, time, metrics, Status, logger);
        var gatherer = new BatchGatherer(reader, options, time);
        var lanes = new ShardLanes(
            function,
            onFailure,
            new HeldLease(leases, lease),
            checkpoints,
            options,
            time,
            metrics,
            Status
        );
        try
        {
            while (await gatherer.NextAsync(lanes.Count, reading.Token) is { } records)
            {
                Status.Begun(records);
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
