using Pos.Contracts;
using Pos.Processor.LookupTable;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>Outcome of an attempt to retry or discard an entry. The API returns these names in snake case.</summary>
internal enum QuarantineOutcome
{
    /// <summary>The entry was retried successfully, by this attempt or an earlier one.</summary>
    Replayed,

    /// <summary>The entry was discarded, by this attempt or an earlier one.</summary>
    Discarded,

    /// <summary>The entry does not exist.</summary>
    Missing,

    /// <summary>The bytes are not a valid purchase.</summary>
    Invalid,

    /// <summary>The entry has a different decision, or allows only a different one.</summary>
    Conflict,

    /// <summary>The purchase would exceed the size of its item in the lookup table.</summary>
    NoRoom,
}

/// <summary>Result of an attempt to retry or discard an entry.</summary>
/// <param name="Detail">Reason of a failure and what to do, for people; null on success.</param>
/// <param name="Errors">Errors of <see cref="QuarantineOutcome.Invalid"/>; otherwise null.</param>
internal sealed record QuarantineResult(
    string Id,
    QuarantineOutcome Outcome,
    string? Detail = null,
    IReadOnlyList<PurchaseError>? Errors = null
);

/// <summary>
/// Retries and discards entries. First stores the decision, which is final; then carries it out in idempotent steps;
/// finally marks the entry as closed. To finish an interrupted attempt, repeat it.
/// </summary>
internal sealed partial class QuarantineActions(
    QuarantineStore store,
    PurchaseBatchHandler handler,
    LookupTableSink lookupTable,
    TimeProvider time,
    ILogger<QuarantineActions> logger
)
{
    private const string PostCorrection = "To change the stored purchase, post a correction to ingest.";

    /// <summary>Writes an entry to the stores at its original position in the stream.</summary>
    /// <param name="text">Replaces its bytes; null uses the bytes of the earlier attempt, if any, or its own.</param>
    /// <param name="cancellationToken">Aborts the attempt, which can be repeated.</param>
    public async Task<QuarantineResult> RetryAsync(string id, string? text, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(id, cancellationToken) is not { } stored)
            return Missing(id);
        if (stored.State is QuarantineState.Discarded)
            return await CloseDiscardedAsync(
                stored,
                "The entry was discarded. To store the purchase nevertheless, post it to ingest.",
                cancellationToken
            );
        if (text is not null && stored.Entry.WasGivenUp)
            return new(
                id,
                QuarantineOutcome.Conflict,
                $"Earlier attempts may have stored a part of the record, so retry it unchanged. {PostCorrection}"
            );

        var retry = text is not null
            ? RetryText.FromText(stored.Entry, text)
            : RetryText.FromBytes(
                stored.Entry,
                stored.Decision?.Text ?? await store.ReadRawAsync(id, cancellationToken)
            );
        if (DiffersFrom(stored.Decision, retry))
            return OtherText(id);
        if (stored.State is QuarantineState.Replayed)
            return new(id, QuarantineOutcome.Replayed);
        if (retry.Errors is not [])
            return new(id, QuarantineOutcome.Invalid, "The text is not a valid purchase.", retry.Errors);
        // Check the size before the decision, which is final: a text that does not fit can still be changed.
        if (
            stored.Decision is null
            && stored.Entry.Ordinal is not null
            && !await lookupTable.FitsAsync(retry.Decoded.Versions[0], cancellationToken)
        )
            return TooLarge(id);

        var decision = await store.DecideAsync(
            id,
            new()
            {
                Action = QuarantineAction.Replay,
                DecidedAt = time.GetUtcNow(),
                Text = retry.Utf8.ToArray(),
            },
            cancellationToken
        );
        if (decision.Action is QuarantineAction.Discard)
            return new(id, QuarantineOutcome.Conflict, "The entry was discarded meanwhile.");
        if (DiffersFrom(decision, retry))
            return OtherText(id);

        var record = stored.Entry.RecordWith(retry.Utf8);
        // Skip lines of a discarded record that have entries of their own.
        var decoded = stored.Entry.Ordinal is not null
            ? retry.Decoded
            : retry.Decoded.Without(
                (await store.FindAsync([record], cancellationToken))
                    .Where(other => other != id)
                    .ToHashSet(StringComparer.Ordinal)
            );
        if (!await handler.RetryEntryAsync(record, stored.Entry.Ordinal, decoded, cancellationToken))
            return TooLarge(id);
        await store.CloseAsync(id, QuarantineState.Replayed, cancellationToken);
        LogRetried(logger, id);
        return new(id, QuarantineOutcome.Replayed);
    }

    /// <summary>Closes an entry without writing it to the stores. Keeps its bytes.</summary>
    public async Task<QuarantineResult> DiscardAsync(string id, string note, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(id, cancellationToken) is not { } stored)
            return Missing(id);
        if (stored.Decision is null && stored.Entry.WasGivenUp)
        {
            var versions = RetryText
                .FromBytes(stored.Entry, await store.ReadRawAsync(id, cancellationToken))
                .Decoded.Versions;
            if (await lookupTable.ContainsAnyAsync(versions, cancellationToken))
                return new(
                    id,
                    QuarantineOutcome.Conflict,
                    "An earlier attempt stored a part of the record in the lookup table. Retry the entry, so that all "
                        + $"stores have it. {PostCorrection}"
                );
        }

        var decision = stored.Decision
            ?? await store.DecideAsync(
                id,
                new()
                {
                    Action = QuarantineAction.Discard,
                    DecidedAt = time.GetUtcNow(),
                    Note = note,
                },
                cancellationToken
            );
        if (decision.Action is QuarantineAction.Replay)
            return new(
                id,
                QuarantineOutcome.Conflict,
                stored.IsReplayed
                    ? "The entry was retried successfully."
                    : $"A retry of the entry has begun and must be finished: retry it again. {PostCorrection}"
            );
        return await CloseDiscardedAsync(stored with { Decision = decision }, null, cancellationToken);
    }

    private async Task<QuarantineResult> CloseDiscardedAsync(
        StoredEntry stored,
        string? conflict,
        CancellationToken cancellationToken
    )
    {
        await store.CloseAsync(stored.Id, QuarantineState.Discarded, cancellationToken);
        if (conflict is not null)
            return new(stored.Id, QuarantineOutcome.Conflict, conflict);
        LogDiscarded(logger, stored.Id);
        return new(stored.Id, QuarantineOutcome.Discarded);
    }

    private static bool DiffersFrom(QuarantineDecision? decision, RetryText retry) =>
        decision is not null && !retry.Utf8.Span.SequenceEqual(decision.Text);

    private static QuarantineResult Missing(string id) =>
        new(id, QuarantineOutcome.Missing, $"Entry '{id}' does not exist.");

    private static QuarantineResult OtherText(string id) =>
        new(
            id,
            QuarantineOutcome.Conflict,
            "An earlier retry used another text, which a store may have. Only that text can be retried. "
                + PostCorrection
        );

    private static QuarantineResult TooLarge(string id) =>
        new(
            id,
            QuarantineOutcome.NoRoom,
            "With these lines the purchase would exceed the 400 KB of a DynamoDB item. Retry a text with fewer or "
                + "shorter lines, or discard the entry and post the lines to ingest under another purchase_id."
        );

    [LoggerMessage(2050, LogLevel.Information, "Retried quarantine entry {Id}; all stores have it")]
    private static partial void LogRetried(ILogger logger, string id);

    [LoggerMessage(2051, LogLevel.Information, "Discarded quarantine entry {Id}")]
    private static partial void LogDiscarded(ILogger logger, string id);
}
