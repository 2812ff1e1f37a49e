namespace Pos.Storage.Leases;

/// <summary>The lease of a shard: its owner and its checkpoint.</summary>
/// <param name="ShardId">The shard's id.</param>
/// <param name="Checkpoint">A <see cref="Leases.Checkpoint"/>.</param>
/// <param name="Owner">Worker and fencing token, such as <c>host/2f6b…#3</c>; null when the lease is
/// free.</param>
/// <param name="Counter">Incremented with every write of the owner.</param>
/// <param name="Parents">Shards that must be completed before this one is read.</param>
internal sealed record Lease(
    string ShardId,
    string Checkpoint,
    string? Owner,
    long Counter,
    IReadOnlyList<string> Parents
)
{
    /// <summary>Progress of the lanes beyond the checkpoint; null when there is none.</summary>
    public LaneProgress? Lanes { get; init; }

    /// <summary>The worker with too few shards that requested this lease; null when none did.</summary>
    public string? WantedBy { get; init; }

    /// <summary>The backlog that the owner reported last; null when it reported none.</summary>
    public ShardBacklog? Backlog { get; init; }

    /// <summary>The owner without its fencing token; null when the lease is free.</summary>
    public string? Worker => Owner?.Split('#')[0];
}

/// <summary>The backlog of a shard's reader.</summary>
/// <param name="IteratorAgeMilliseconds">Age of the oldest unprocessed record.</param>
/// <param name="LagRecords">Estimate of the unprocessed records.</param>
/// <param name="At">Time of the measurement by the reader's clock.</param>
internal sealed record ShardBacklog(long IteratorAgeMilliseconds, long LagRecords, DateTimeOffset At);
