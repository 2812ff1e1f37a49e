namespace Pos.Storage.Leases;

/// <summary>Who reads a shard, and how far it has come.</summary>
/// <param name="ShardId">The shard.</param>
/// <param name="Checkpoint">A <see cref="Leases.Checkpoint"/>.</param>
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
/// <param name="IteratorAgeMilliseconds">Age of the oldest unprocessed record.</param>
/// <param name="LagRecords">Estimate of the unprocessed records.</param>
/// <param name="At">When, by the reader's clock.</param>
internal sealed record ShardBacklog(long IteratorAgeMilliseconds, long LagRecords, DateTimeOffset At);
