using Pos.Processor.EventSource.Leases;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>Moves a shard's progress in its lease, write after write.</summary>
internal sealed class ShardCheckpoints(ILeases leases, Lease lease, ShardStatus status, MappingRuntime runtime)
    : IDisposable
{
    private readonly SemaphoreSlim _oneWrite = new(1, 1);

    public ShardProgress Stored { get; private set; } = new(lease.Checkpoint, lease.Lanes);

    /// <summary>Returns when the progress is stored, however long the lease table is away.</summary>
    /// <exception cref="LeaseLostException">Another worker has the shard.</exception>
    public async Task MoveAsync(Func<ShardProgress, ShardProgress> move, CancellationToken cancellationToken)
    {
        await _oneWrite.WaitAsync(cancellationToken);
        try
        {
            var progress = move(Stored);
            await StoreAsync(progress, cancellationToken);
            Stored = progress;
            status.Checkpointed(progress.Checkpoint);
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
                status.Recovered(ShardStatus.Checkpointing);
                return;
            }
            catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
            {
                status.Failing(ShardStatus.Checkpointing, progress.Checkpoint, e);
                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    public void Dispose() => _oneWrite.Dispose();
}
