namespace Pos.Processor.EventSource;

/// <param name="ShardId">The shard.</param>
/// <param name="State"><c>here</c> (this process reads it), <c>elsewhere</c>, <c>waiting</c> (for its parents, or for a
/// reader), <c>ended</c>.</param>
/// <param name="Owner">Machine, process and taking of who has the lease, as the lease table had it last; null when
/// nobody has.</param>
/// <param name="Checkpoint">Sequence number up to which all is done, or where it begins.</param>
/// <param name="IteratorAgeMilliseconds">See <see cref="ShardStatus.IteratorAgeMilliseconds"/>; elsewhere as the
/// lease's owner told last.</param>
/// <param name="LagRecords">See <see cref="ShardStatus.LagRecords"/>; elsewhere as the lease's owner told last.</param>
/// <param name="AsOf">When age and lag were so; null when they are not known.</param>
/// <param name="Records">Done by this process.</param>
/// <param name="Retries">Failed attempts of this process.</param>
/// <param name="Failure">What holds the shard; null when nothing does, and where another process reads it.</param>
internal sealed record ShardReport(
    string ShardId,
    string State,
    string? Owner,
    string Checkpoint,
    long? IteratorAgeMilliseconds,
    long? LagRecords,
    DateTimeOffset? AsOf,
    long Records,
    long Retries,
    string? Failure
)
{
    public static IReadOnlyList<ShardReport> Of(EventSourceMapping? mapping, DateTimeOffset now)
    {
        if (mapping is null)
            return [];
        var here = mapping.Shards.ToDictionary(shard => shard.ShardId);
        return
        [
            .. mapping.Leases.Select(lease =>
                here.TryGetValue(lease.ShardId, out var shard) ? Here(lease, shard, now) : NotHere(lease)
            ),
        ];
    }

    private static ShardReport Here(Lease lease, ShardStatus shard, DateTimeOffset now)
    {
        var backlog = shard.Backlog(now);
        return new(
            lease.ShardId,
            "here",
            lease.Owner,
            shard.Checkpoint,
            backlog?.IteratorAgeMilliseconds,
            backlog?.LagRecords,
            backlog?.At,
            shard.Records,
            shard.Retries,
            shard.Failure
        );
    }

    private static ShardReport NotHere(Lease lease)
    {
        var state =
            lease.Checkpoint == EventSource.Checkpoint.ShardEnd ? "ended"
            : lease.Owner is null ? "waiting"
            : "elsewhere";
        var backlog = state is "elsewhere" ? lease.Backlog : null;
        return new(
            lease.ShardId,
            state,
            lease.Owner,
            lease.Checkpoint,
            backlog?.IteratorAgeMilliseconds,
            backlog?.LagRecords,
            backlog?.At,
            0,
            0,
            null
        );
    }
}
