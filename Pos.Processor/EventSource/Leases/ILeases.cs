using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>What a lease's owner learns when it gives its sign of life.</summary>
internal enum Renewal
{
    /// <summary>The lease is its own for another lease length.</summary>
    Held,

    /// <summary>The same, and another worker asks for it.</summary>
    Wanted,

    /// <summary>It is another's.</summary>
    Lost,
}

/// <summary>
/// Leases. Every change is conditional, so that a worker that was stalled cannot undo what its successor did.
/// </summary>
internal interface ILeases
{
    Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Adds the lease unless there is one for the shard.</summary>
    Task AddAsync(Lease lease, CancellationToken cancellationToken);

    /// <summary>
    /// Makes <paramref name="owner"/> the lease's owner if it is still as observed; else null. Nobody asks for it then.
    /// </summary>
    Task<Lease?> TryTakeAsync(Lease observed, string owner, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the lease's owner for it, if it is still the observed one and nobody else has asked. No sign of the owner's
    /// life.
    /// </summary>
    Task<bool> TryAskAsync(Lease observed, string worker, CancellationToken cancellationToken);

    /// <summary>
    /// A sign of life, and for the other workers' <c>/status</c> how far the owner has come; null when it does not
    /// know.
    /// </summary>
    Task<Renewal> RenewAsync(string shardId, string owner, ShardBacklog? backlog, CancellationToken cancellationToken);

    /// <summary>Moves the checkpoint. False when the lease is another's.</summary>
    Task<bool> TryCheckpointAsync(
        string shardId,
        string owner,
        ShardProgress progress,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Gives the lease back, if it is still <paramref name="owner"/>'s: to whoever asked for it, or to all.
    /// </summary>
    Task ReleaseAsync(string shardId, string owner, CancellationToken cancellationToken);

    /// <summary>Removes the lease if it is still as observed.</summary>
    Task RemoveAsync(Lease observed, CancellationToken cancellationToken);
}
