using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>A taking of a lease, as what is done under it sees it.</summary>
/// <param name="leases">Where it can be lost.</param>
/// <param name="taken">As it was when it was taken.</param>
internal sealed class HeldLease(ILeases leases, Lease taken)
{
    /// <summary>Greater than that of every earlier taking of the shard: every taking counts on.</summary>
    public long FencingToken => taken.Counter;

    /// <summary>
    /// Returns when the lease is still this taking's, which until then has kept every other worker from the shard.
    /// </summary>
    /// <exception cref="LeaseLostException">It is another's.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (await leases.RenewAsync(taken.ShardId, taken.Owner!, backlog: null, cancellationToken) == Renewal.Lost)
            throw new LeaseLostException(taken.ShardId);
    }
}

/// <summary>Another worker took the shard's lease.</summary>
internal sealed class LeaseLostException(string shardId)
    : Exception($"The lease of shard {shardId} is another worker's.");
