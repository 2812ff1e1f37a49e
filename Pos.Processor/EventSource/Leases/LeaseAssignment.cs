using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>Decides which leases of readable shards a worker takes or requests next.</summary>
/// <param name="Reserved">Leases to take: this worker requested them, and their owners released them or should have
/// done so by now.</param>
/// <param name="Unassigned">Leases without a live owner. Take up to <paramref name="Shortfall"/> of them, in this
/// order.</param>
/// <param name="Shortfall">Number of leases that the worker lacks for an even share; negative if it has more.</param>
/// <param name="Requests">Leases to request from their owners, which have more leases than this worker.</param>
internal sealed record LeaseAssignment(
    IReadOnlyList<Lease> Reserved,
    IReadOnlyList<Lease> Unassigned,
    int Shortfall,
    IReadOnlyList<Lease> Requests
)
{
    /// <summary>
    /// Balances leases so that no worker has two more than another. A requested lease counts for the worker that
    /// requested it, so that all workers count alike and none requests more than its share. Workers that request at the
    /// same time request the same lease, the first one of the worker with the most leases. Only one gets it, so
    /// concurrent requests cannot unbalance the leases again.
    /// </summary>
    /// <param name="readable">The leases of the readable shards, ordered by shard id.</param>
    /// <param name="expiry">Tells which leases have expired.</param>
    /// <param name="running">Ids of the shards that the worker runs. Their leases never count as expired.</param>
    public static LeaseAssignment Create(
        IReadOnlyList<Lease> readable,
        string worker,
        LeaseExpiryTracker expiry,
        IReadOnlyCollection<string> running
    )
    {
        var byWorker = readable.ToLookup(lease =>
            expiry.IsExpired(lease) && !running.Contains(lease.ShardId) ? null : lease.WantedBy ?? lease.Worker
        );
        var loads = byWorker
            .Where(group => group.Key is not null)
            .ToDictionary(group => group.Key!, group => group.Count());
        // A live owner whose leases were all requested by others still has a share.
        foreach (
            var owner in byWorker
                .Where(group => group.Key is not null)
                .SelectMany(group => group)
                .Select(lease => lease.Worker)
                .OfType<string>()
                .Append(worker)
        )
            loads.TryAdd(owner, 0);

        Lease[] reserved =
        [
            .. byWorker[worker]
                .Where(lease =>
                    lease.WantedBy == worker
                    && (lease.Owner is null || expiry.IsHandoverOverdue(lease))
                    && !running.Contains(lease.ShardId)
                ),
        ];
        Lease[] unassigned = [.. byWorker[null].Where(lease => !running.Contains(lease.ShardId))];
        var share = (readable.Count + loads.Count - 1) / loads.Count;
        return new(
            reserved,
            unassigned,
            share - loads[worker],
            unassigned is [] ? ChooseRequests(byWorker, loads, worker) : []
        );
    }

    private static List<Lease> ChooseRequests(
        ILookup<string?, Lease> byWorker,
        Dictionary<string, int> loads,
        string worker
    )
    {
        var requests = new List<Lease>();
        var remaining = byWorker
            .Where(group => group.Key is not null)
            .ToDictionary(
                group => group.Key!,
                group => new Queue<Lease>(group.Where(lease => lease is { Owner: not null, WantedBy: null }))
            );
        while (true)
        {
            var busiest = loads
                .OrderByDescending(load => load.Value)
                .ThenBy(load => load.Key, StringComparer.Ordinal)
                .First();
            if (busiest.Value < loads[worker] + 2 || !remaining[busiest.Key].TryDequeue(out var lease))
                return requests;
            requests.Add(lease);
            loads[busiest.Key]--;
            loads[worker]++;
        }
    }
}
