namespace Pos.Processor.EventSource;

/// <summary>Who reads a shard, and how far it has come.</summary>
/// <param name="ShardId">The shard.</param>
/// <param name="Checkpoint">See <see cref="EventSource.Checkpoint"/>.</param>
/// <param name="Owner">One taking of the lease by one worker, as in <c>host/2f6b…#3</c>; null when nobody has
/// it.</param>
/// <param name="Counter">One more with every write of the owner.</param>
/// <param name="Parents">The shards that have to be at their end before this one is read.</param>
internal sealed record Lease(
    string ShardId,
    string Checkpoint,
    string? Owner,
    long Counter,
    IReadOnlyList<string> Parents
)
{
    /// <summary>What was begun beyond the checkpoint in lanes; null when nothing was.</summary>
    public LaneProgress? Lanes { get; init; }

    /// <summary>The worker that has fewer shards than others and asked for this one; null when none has.</summary>
    public string? WantedBy { get; init; }

    /// <summary>What the owner last told of the shard; null when it told nothing.</summary>
    public ShardBacklog? Backlog { get; init; }

    /// <summary>The owner without its taking; null when nobody has the lease.</summary>
    public string? Worker => Owner?.Split('#')[0];
}

/// <summary>How far a shard's reader is behind.</summary>
/// <param name="IteratorAgeMilliseconds">See <see cref="ShardStatus.IteratorAgeMilliseconds"/>.</param>
/// <param name="LagRecords">See <see cref="ShardStatus.LagRecords"/>.</param>
/// <param name="At">When, by the reader's clock.</param>
internal sealed record ShardBacklog(long IteratorAgeMilliseconds, long LagRecords, DateTimeOffset At);

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
