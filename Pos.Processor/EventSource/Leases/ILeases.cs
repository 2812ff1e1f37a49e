using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>Result of renewing a lease.</summary>
internal enum Renewal
{
    /// <summary>The owner keeps the lease for another lease period.</summary>
    Held,

    /// <summary>The owner keeps the lease, but another worker has requested it.</summary>
    Requested,

    /// <summary>Another worker took the lease.</summary>
    Lost,
}

/// <summary>
/// Stores the leases of a stream's shards. Every write is conditional, so that a worker that was stalled cannot undo
/// its successor's writes.
/// </summary>
internal interface ILeases
{
    Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds the lease unless the shard has one.</summary>
    Task AddAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Makes <paramref name="owner"/> the owner if the lease is still as observed, and clears any request for it.
    /// Returns null if the lease has changed.
    /// </summary>
    Task<Lease?> TryTakeAsync(Lease observed, string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Requests the lease from its owner for rebalancing. Returns false if the owner has changed or another worker has
    /// requested the lease. Does not renew the lease.
    /// </summary>
    Task<bool> TryRequestAsync(Lease observed, string worker, CancellationToken cancellationToken);

    /// <summary>
    /// Renews the lease and stores the owner's backlog, which the <c>/status</c> of other workers shows.
    /// </summary>
    /// <param name="backlog">Null while it is unknown.</param>
    Task<Renewal> RenewAsync(string shardId, string owner, ShardBacklog? backlog, CancellationToken cancellationToken);

    /// <summary>Moves the checkpoint. Returns false if another worker has the lease.</summary>
    Task<bool> TryCheckpointAsync(
        string shardId,
        string owner,
        ShardProgress progress,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Releases the lease if <paramref name="owner"/> still has it. The worker that requested it may take it first;
    /// without a request, any worker may.
    /// </summary>
    Task ReleaseAsync(string shardId, string owner, CancellationToken cancellationToken);

    /// <summary>Removes the lease if it is still as observed.</summary>
    Task RemoveAsync(Lease observed, CancellationToken cancellationToken);
}
