namespace Pos.Processor.EventSource;

/// <summary>Who reads a shard, and how far it has come.</summary>
/// <param name="ShardId">The shard.</param>
/// <param name="Checkpoint">See <see cref="EventSource.Checkpoint"/>.</param>
/// <param name="Owner">One taking of the lease by one worker; null when nobody has it.</param>
/// <param name="Counter">One more with every write of the owner.</param>
/// <param name="Parents">The shards that have to be at their end before this one is read.</param>
internal sealed record Lease(string ShardId, string Checkpoint, string? Owner, long Counter, IReadOnlyList<string> Parents);

/// <summary>Leases. Every change is conditional, so that a worker that was stalled cannot undo what its successor did.</summary>
internal interface ILeases
{
    Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds the lease unless there is one for the shard.</summary>
    Task AddAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>Makes <paramref name="owner"/> the lease's owner if it is still as observed; else null.</summary>
    Task<Lease?> TryTakeAsync(Lease observed, string owner, CancellationToken cancellationToken);

    /// <summary>A sign of life. False when the lease is another's.</summary>
    Task<bool> TryRenewAsync(string shardId, string owner, CancellationToken cancellationToken);

    /// <summary>Moves the checkpoint. False when the lease is another's.</summary>
    Task<bool> TryCheckpointAsync(string shardId, string owner, string checkpoint, CancellationToken cancellationToken);

    /// <summary>Gives the lease back, if it is still <paramref name="owner"/>'s.</summary>
    Task ReleaseAsync(string shardId, string owner, CancellationToken cancellationToken);
}

/// <summary>A taking of a lease, as what is done under it sees it.</summary>
/// <param name="leases">Where it can be lost.</param>
/// <param name="taken">As it was when it was taken.</param>
internal sealed class HeldLease(ILeases leases, Lease taken)
{
    /// <summary>Greater than that of every earlier taking of the shard: every taking counts on.</summary>
    public long Taking => taken.Counter;

    /// <summary>Returns when the lease is still this taking's, which until then has kept every other worker from the shard.</summary>
    /// <exception cref="LeaseLostException">It is another's.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (!await leases.TryRenewAsync(taken.ShardId, taken.Owner!, cancellationToken))
            throw new LeaseLostException(taken.ShardId);
    }
}

/// <summary>Another worker took the shard's lease.</summary>
internal sealed class LeaseLostException(string shardId) : Exception($"The lease of shard {shardId} is another worker's.");
