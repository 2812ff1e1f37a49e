using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>A lease that this worker took. Fences the writes made under it.</summary>
/// <param name="leases">The store of the lease.</param>
/// <param name="taken">The lease as this worker took it.</param>
internal sealed class HeldLease(ILeases leases, Lease taken)
{
    /// <summary>
    /// Lease epoch: greater than the token of every earlier owner of the shard, because each take increments it.
    /// </summary>
    public long FencingToken => taken.Counter;

    /// <summary>
    /// Verifies that this worker still has the lease, so no other worker has had the shard since it took the lease.
    /// </summary>
    /// <exception cref="LeaseLostException">Another worker took the lease.</exception>
    public async Task EnsureHeldAsync(CancellationToken cancellationToken)
    {
        if (await leases.RenewAsync(taken.ShardId, taken.Owner!, backlog: null, cancellationToken) == Renewal.Lost)
            throw new LeaseLostException(taken.ShardId);
    }
}

/// <summary>Another worker took the shard's lease.</summary>
internal sealed class LeaseLostException(string shardId)
    : Exception($"Another worker has taken the lease of shard {shardId}.");
