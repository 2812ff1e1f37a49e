using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>Which entries.</summary>
/// <param name="Reason">Null for every reason.</param>
/// <param name="State">Null for every state.</param>
/// <param name="From">Arrived in the stream then or later; null from the first on.</param>
/// <param name="To">Arrived in the stream before; null up to now.</param>
internal sealed record QuarantineFilter(
    QuarantineReason? Reason,
    QuarantineState? State,
    DateTimeOffset? From,
    DateTimeOffset? To
);

/// <summary>
/// Entries in pages, and how many there are. Keys say enough to choose by; only what is shown is read.
/// </summary>
internal sealed class QuarantineListing(QuarantineStore store)
{
    /// <summary>
    /// Entries that are passed over for one page at most. Further ones are found by asking for the next page.
    /// </summary>
    public const int MaximumScanned = 10_000;

    /// <summary>Entries that are counted at most.</summary>
    public const int MaximumCounted = 100_000;

    private const int ConcurrentReads = 16;

    /// <summary>Newest first. A page may be short, or empty, and have a next one.</summary>
    /// <param name="filter">Which entries.</param>
    /// <param name="limit">Entries on the page, at most.</param>
    /// <param name="after">The last id of the page before.</param>
    /// <param name="cancellationToken">Ends the listing.</param>
    /// <returns>The entries, and the id to go on after; null at the end.</returns>
    public async Task<(IReadOnlyList<StoredEntry> Entries, string? Next)> PageAsync(
        QuarantineFilter filter,
        int limit,
        string? after,
        CancellationToken cancellationToken
    )
    {
        var chosen = new List<ListedEntry>();
        string? next = null;
        var scanned = 0;
        await foreach (var entry in ScanAsync(filter, after, cancellationToken))
        {
            if (chosen.Count == limit || scanned == MaximumScanned)
            {
                next = after;
                break;
            }
            scanned++;
            after = entry.Id;
            if (IsOf(filter, entry, await StateAsync(entry, cancellationToken)))
                chosen.Add(entry);
        }

        var entries = new StoredEntry[chosen.Count];
        var parallelism = new ParallelOptions
        {
            MaxDegreeOfParallelism = ConcurrentReads,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForAsync(0, chosen.Count, parallelism, async (i, cancel) =>
            entries[i] = await store.ReadAsync(chosen[i], cancel)
        );
        return (entries, next);
    }

    /// <summary>How many there are of each reason and state, by keys alone, newest first.</summary>
    /// <returns>The counts, and whether they are of all entries.</returns>
    public async Task<(
        IReadOnlyDictionary<(QuarantineReason Reason, QuarantineState State), int> Counts,
        bool Complete
    )> CountAsync(QuarantineFilter filter, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(QuarantineReason, QuarantineState), int>();
        var counted = 0;
        await foreach (var entry in ScanAsync(filter, null, cancellationToken))
        {
            if (counted++ == MaximumCounted)
                return (counts, false);
            var state = await StateAsync(entry, cancellationToken);
            if (IsOf(filter, entry, state))
                counts[(entry.Reason!.Value, state)] = counts.GetValueOrDefault((entry.Reason!.Value, state)) + 1;
        }
        return (counts, true);
    }

    private IAsyncEnumerable<ListedEntry> ScanAsync(
        QuarantineFilter filter,
        string? after,
        CancellationToken cancellationToken
    ) =>
        store.ScanAsync(
            // All that arrived in the millisecond of To are too new: their ids begin with its countdown, and '~' is
            // beyond whatever follows.
            after ?? (filter.To is { } to ? QuarantineKeys.Countdown(to) + "~" : null),
            filter.From is { } from ? QuarantineKeys.Countdown(from) : null,
            cancellationToken
        );

    private static bool IsOf(QuarantineFilter filter, ListedEntry entry, QuarantineState state) =>
        (filter.Reason is null || filter.Reason == entry.Reason) && (filter.State is null || filter.State == state);

    /// <summary>
    /// By the keys, but for an entry on which something was decided that was not carried out to its end: there are few
    /// of those.
    /// </summary>
    private async Task<QuarantineState> StateAsync(ListedEntry entry, CancellationToken cancellationToken)
    {
        if (
            entry.Closed is QuarantineState.Open
            && entry.HasDecision
            && await store.ReadDecisionAsync(entry.Id, cancellationToken) is { Action: QuarantineAction.Discard }
        )
        {
            await store.CloseAsync(entry.Id, QuarantineState.Discarded, cancellationToken);
            return QuarantineState.Discarded;
        }
        return entry.Closed;
    }
}
