using Pos.Processor.EventSource.Leases;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>Stores a shard's progress in its lease, one write at a time.</summary>
internal sealed class ShardCheckpoints(ILeases leases, Lease lease, ShardStatus status, MappingRuntime runtime)
    : IDisposable
{
    private readonly SemaphoreSlim _oneWrite = new(1, 1);

    public ShardProgress Stored { get; private set; } = new(lease.Checkpoint, lease.Lanes);

    /// <summary>Stores the progress. Retries for as long as the lease table is unavailable.</summary>
    /// <exception cref="LeaseLostException">Another worker has taken the lease.</exception>
    public async Task MoveAsync(Func<ShardProgress, ShardProgress> move, CancellationToken cancellationToken)
    {
        await _oneWrite.WaitAsync(cancellationToken);
        try
        {
            var progress = move(Stored);
            await StoreAsync(progress, cancellationToken);
            Stored = progress;
            status.MoveCheckpoint(progress.Checkpoint);
        }
        finally
        {
            _oneWrite.Release();
        }
    }

    private async Task StoreAsync(ShardProgress progress, CancellationToken cancellationToken)
    {
        var backoff = runtime.RetryBackoff();
        while (true)
        {
            try
            {
                if (!await leases.TryCheckpointAsync(lease.ShardId, lease.Owner!, progress, cancellationToken))
                    throw new LeaseLostException(lease.ShardId);
                status.ReportRecovery(ShardStatus.Checkpointing);
                return;
            }
            catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
            {
                status.ReportFailure(ShardStatus.Checkpointing, progress.Checkpoint, e);
                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    public void Dispose() => _oneWrite.Dispose();
}
