using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>Selects quarantine entries.</summary>
/// <param name="Reason">Null selects every reason.</param>
/// <param name="State">Null selects every state.</param>
/// <param name="From">Earliest arrival in the stream, inclusive; null has no limit.</param>
/// <param name="To">Latest arrival in the stream, exclusive; null has no limit.</param>
internal sealed record QuarantineFilter(
    QuarantineReason? Reason,
    QuarantineState? State,
    DateTimeOffset? From,
    DateTimeOffset? To
);

/// <summary>
/// Lists entries in pages and counts them. Filters by keys, and reads only the entries that it returns.
/// </summary>
internal sealed class QuarantineListing(QuarantineStore store)
{
    /// <summary>
    /// Maximum number of entries to scan for one page. The next page continues the scan.
    /// </summary>
    public const int MaxScanned = 10_000;

    /// <summary>Maximum number of entries to count.</summary>
    public const int MaxCounted = 100_000;

    private const int ConcurrentReads = 16;

    /// <summary>Returns a page of entries, newest first. A short or even empty page may have a next one.</summary>
    /// <param name="filter">Selects the entries.</param>
    /// <param name="limit">Maximum number of entries on the page.</param>
    /// <param name="after"><c>Next</c> of the previous page; null for the first page.</param>
    /// <returns>The entries, and the id after which the next page starts; null at the end.</returns>
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
            if (chosen.Count == limit || scanned == MaxScanned)
            {
                next = after;
                break;
            }
            scanned++;
            after = entry.Id;
            if (Matches(filter, entry, await StateAsync(entry, cancellationToken)))
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

    /// <summary>Counts entries by reason and state, newest first, up to <see cref="MaxCounted"/>.</summary>
    /// <returns>The counts, and true if they include all entries.</returns>
    public async Task<(
        IReadOnlyDictionary<(QuarantineReason Reason, QuarantineState State), int> Counts,
        bool Complete
    )> CountAsync(QuarantineFilter filter, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<(QuarantineReason, QuarantineState), int>();
        var counted = 0;
        await foreach (var entry in ScanAsync(filter, null, cancellationToken))
        {
            if (counted++ == MaxCounted)
                return (counts, false);
            var state = await StateAsync(entry, cancellationToken);
            if (Matches(filter, entry, state))
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
            // Skip entries that arrived in the millisecond of To. Their ids begin with its countdown, and '~' is
            // greater than every character that follows.
            after ?? (filter.To is { } to ? QuarantineKeys.Countdown(to) + "~" : null),
            filter.From is { } from ? QuarantineKeys.Countdown(from) : null,
            cancellationToken
        );

    private static bool Matches(QuarantineFilter filter, ListedEntry entry, QuarantineState state) =>
        (filter.Reason is null || filter.Reason == entry.Reason) && (filter.State is null || filter.State == state);

    /// <summary>
    /// Returns the state by the keys alone. Reads the decision only if an action was interrupted, which is rare.
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
