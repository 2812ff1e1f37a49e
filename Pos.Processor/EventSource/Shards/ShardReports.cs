using Pos.Contracts.Processor;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>Creates the report of each shard for <c>/status</c>.</summary>
internal static class ShardReports
{
    public static IReadOnlyList<ShardReport> From(EventSourceMapping? mapping, DateTimeOffset now)
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
            ShardStates.Here,
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
            lease.Checkpoint == Checkpoint.ShardEnd ? ShardStates.Ended
            : lease.Owner is null ? ShardStates.Waiting
            : ShardStates.Elsewhere;
        var backlog = state is ShardStates.Elsewhere ? lease.Backlog : null;
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
