using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>What a worker does next about the leases of the shards that can be read.</summary>
/// <param name="Handed">To take: its own, asked for and given, or asked for in vain for too long.</param>
/// <param name="Free">To take, in this order, as many as <paramref name="Wants"/>: nobody's.</param>
/// <param name="Wants">How many more the worker would have if all had the same.</param>
/// <param name="Ask">To ask their owners for: they have more.</param>
internal sealed record LeaseAssignment(
    IReadOnlyList<Lease> Handed,
    IReadOnlyList<Lease> Free,
    int Wants,
    IReadOnlyList<Lease> Ask
)
{
    /// <summary>
    /// Shards are shared evenly when no worker has two more than another. A lease counts for who asked for it from then
    /// on, so that all see the same and nobody asks for more than its part. Whoever asks at the same time asks for the
    /// same lease, the first of the richest worker's, and one of them gets it: so what several do at once cannot tip
    /// the balance to the other side.
    /// </summary>
    /// <param name="readable">The leases of the shards that can be read, by shard.</param>
    /// <param name="worker">For whom.</param>
    /// <param name="watch">Whose owners live.</param>
    /// <param name="running">The shards that the worker still runs: alive, whatever it has seen.</param>
    public static LeaseAssignment Of(
        IReadOnlyList<Lease> readable,
        string worker,
        LeaseExpiryTracker watch,
        IReadOnlyCollection<string> running
    )
    {
        var held = readable.ToLookup(lease =>
            watch.IsSilent(lease) && !running.Contains(lease.ShardId) ? null : lease.WantedBy ?? lease.Worker
        );
        var loads = held.Where(of => of.Key is not null).ToDictionary(of => of.Key!, of => of.Count());
        // An owner that was asked for all it has lives nevertheless, and has a part.
        foreach (
            var living in held.Where(of => of.Key is not null)
                .SelectMany(of => of)
                .Select(lease => lease.Worker)
                .OfType<string>()
                .Append(worker)
        )
            loads.TryAdd(living, 0);

        Lease[] handed =
        [
            .. held[worker]
                .Where(lease =>
                    lease.WantedBy == worker
                    && (lease.Owner is null || watch.IsOverdue(lease))
                    && !running.Contains(lease.ShardId)
                ),
        ];
        Lease[] free = [.. held[null].Where(lease => !running.Contains(lease.ShardId))];
        var part = (readable.Count + loads.Count - 1) / loads.Count;
        return new(handed, free, part - loads[worker], free is [] ? AskFor(held, loads, worker) : []);
    }

    private static List<Lease> AskFor(ILookup<string?, Lease> held, Dictionary<string, int> loads, string worker)
    {
        var asked = new List<Lease>();
        var left = held.Where(of => of.Key is not null)
            .ToDictionary(
                of => of.Key!,
                of => new Queue<Lease>(of.Where(lease => lease is { Owner: not null, WantedBy: null }))
            );
        while (true)
        {
            var richest = loads
                .OrderByDescending(load => load.Value)
                .ThenBy(load => load.Key, StringComparer.Ordinal)
                .First();
            if (richest.Value < loads[worker] + 2 || !left[richest.Key].TryDequeue(out var lease))
                return asked;
            asked.Add(lease);
            loads[richest.Key]--;
            loads[worker]++;
        }
    }
}
