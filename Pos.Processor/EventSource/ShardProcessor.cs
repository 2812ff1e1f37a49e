namespace Pos.Processor.EventSource;

/// <summary>Reads one shard, on one lease, batch after batch, until its end, the lease's loss, or the processor's stop.</summary>
internal sealed class ShardProcessor(
    IShardStream stream, ILeases leases, Lease lease, BatchFunction function, OnFailure onFailure,
    EventSourceMappingOptions options, TimeProvider time, ProcessorMetrics metrics, ILogger logger)
{
    public ShardStatus Status { get; } = new(lease.ShardId, lease.Checkpoint, logger);

    /// <param name="stopping">Takes no further batch.</param>
    /// <param name="aborting">Leaves the running batch, too.</param>
    /// <exception cref="LeaseLostException">Another worker has the shard.</exception>
    public async Task RunAsync(CancellationToken stopping, CancellationToken aborting)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var reader = new ShardReader(stream, lease.ShardId, lease.Checkpoint, options, time, Status, logger);
        var running = reader.RunAsync(reading.Token);
        try
        {
            var gatherer = new BatchGatherer(reader.Reads, options, time);
            var delivery = new BatchDelivery(function, onFailure, options, time, metrics, Status, new HeldLease(leases, lease));
            while (await gatherer.NextAsync(stopping) is { } batch)
                await delivery.DeliverAsync(batch, sequenceNumber => CheckpointAsync(sequenceNumber, aborting), stopping, aborting);
            await CheckpointAsync(Checkpoint.ShardEnd, aborting);
        }
        finally
        {
            await reading.CancelAsync();
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CheckpointAsync(string checkpoint, CancellationToken aborting)
    {
        var backoff = new Backoff(options.RetryDelayMilliseconds, options.MaximumRetryDelayMilliseconds, time);
        while (true)
        {
            try
            {
                if (!await leases.TryCheckpointAsync(lease.ShardId, lease.Owner!, checkpoint, aborting))
                    throw new LeaseLostException(lease.ShardId);
                return;
            }
            catch (Exception e) when (e is not LeaseLostException && !aborting.IsCancellationRequested)
            {
                Status.Failing(checkpoint, e);
                await backoff.WaitAsync(aborting);
            }
        }
    }
}
