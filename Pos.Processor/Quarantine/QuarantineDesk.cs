using Pos.Contracts;
using Pos.Processor.LookupTable;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>What came of an attempt to replay or discard an entry.</summary>
internal enum QuarantineOutcome
{
    /// <summary>It is replayed, by this attempt or an earlier one.</summary>
    Replayed,

    /// <summary>It is discarded, by this attempt or an earlier one.</summary>
    Discarded,

    /// <summary>There is no such entry.</summary>
    Missing,

    /// <summary>The bytes are no purchase.</summary>
    Invalid,

    /// <summary>Something else was decided on the entry before, or only something else can be.</summary>
    Conflict,

    /// <summary>The purchase has no room in its item of the lookup table.</summary>
    NoRoom,
}

/// <summary>How an attempt ended.</summary>
/// <param name="Id">The entry.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">For people: why it came to nothing, and what to do; null otherwise.</param>
/// <param name="Errors">Of <see cref="QuarantineOutcome.Invalid"/>.</param>
internal sealed record QuarantineResult(
    string Id,
    QuarantineOutcome Outcome,
    string? Detail = null,
    IReadOnlyList<PurchaseError>? Errors = null
);

/// <summary>
/// Replays and discards entries. An attempt that was interrupted anywhere is repeated by doing the same again: first it
/// is written down what is to be done, which nobody can change then; next it is done, each step in a way that doing it
/// twice does no harm; last it is noted as done.
/// </summary>
internal sealed partial class QuarantineDesk(
    QuarantineStore store,
    PurchaseBatchHandler handler,
    LookupTableSink lookupTable,
    TimeProvider time,
    ILogger<QuarantineDesk> logger
)
{
    private const string Correct = "To change what it brought, post a correction to ingest.";

    /// <summary>Brings an entry into the stores at the place in the stream that it had.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="text">What replaces its bytes; null for the bytes that an earlier attempt began with, or its
    /// own.</param>
    /// <param name="cancellationToken">Ends the attempt; it can be repeated.</param>
    public async Task<QuarantineResult> ReplayAsync(string id, string? text, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(id, cancellationToken) is not { } stored)
            return Missing(id);
        if (stored.State is QuarantineState.Discarded)
            return await DiscardedAsync(
                stored,
                "It was discarded. To bring the purchase into the stores all the same, post it to ingest.",
                cancellationToken
            );
        if (text is not null && stored.Entry.WasGivenUp)
            return new(
                id,
                QuarantineOutcome.Conflict,
                $"Attempts at the record may have brought a part of it into a store already, so it can only be replayed as it is. {Correct}"
            );

        var replay = text is not null
            ? ReplayText.Proposed(stored.Entry, text)
            : ReplayText.Unchanged(
                stored.Entry,
                stored.Decision?.Text ?? await store.ReadRawAsync(id, cancellationToken)
            );
        if (IsOtherThan(stored.Decision, replay))
            return OtherText(id);
        if (stored.State is QuarantineState.Replayed)
            return new(id, QuarantineOutcome.Replayed);
        if (replay.Errors is not [])
            return new(id, QuarantineOutcome.Invalid, "It is not a valid purchase.", replay.Errors);
        // Before anything is decided: what does not fit can still be mended otherwise.
        if (
            stored.Decision is null
            && stored.Entry.Ordinal is not null
            && !await lookupTable.HasRoomForAsync(replay.Decoded.Posts[0], cancellationToken)
        )
            return NoRoom(id);

        var decision = await store.DecideAsync(
            id,
            new()
            {
                Action = QuarantineAction.Replay,
                DecidedAt = time.GetUtcNow(),
                Text = replay.Utf8.ToArray(),
            },
            cancellationToken
        );
        if (decision.Action is QuarantineAction.Discard)
            return new(id, QuarantineOutcome.Conflict, "It was discarded meanwhile.");
        if (IsOtherThan(decision, replay))
            return OtherText(id);

        var record = stored.Entry.RecordWith(replay.Utf8);
        // The lines of a given up record that have entries of their own are settled there.
        var decoded = stored.Entry.Ordinal is not null
            ? replay.Decoded
            : replay.Decoded.Without(
                (await store.FindAsync([record], cancellationToken))
                    .Where(other => other != id)
                    .ToHashSet(StringComparer.Ordinal)
            );
        if (!await handler.ReplayAsync(record, stored.Entry.Ordinal, decoded, cancellationToken))
            return NoRoom(id);
        await store.CloseAsync(id, QuarantineState.Replayed, cancellationToken);
        LogReplayed(logger, id);
        return new(id, QuarantineOutcome.Replayed);
    }

    /// <summary>Closes an entry without bringing it into the stores. Its bytes are kept.</summary>
    public async Task<QuarantineResult> DiscardAsync(string id, string note, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(id, cancellationToken) is not { } stored)
            return Missing(id);
        if (stored.Decision is null && stored.Entry.WasGivenUp)
        {
            var posts = ReplayText
                .Unchanged(stored.Entry, await store.ReadRawAsync(id, cancellationToken))
                .Decoded.Posts;
            if (await lookupTable.HasAnyOfAsync(posts, cancellationToken))
                return new(
                    id,
                    QuarantineOutcome.Conflict,
                    $"An attempt at the record has brought a part of it into the lookup table. Replay it, so that all stores have it. {Correct}"
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
                    ? "It was replayed."
                    : $"Its replay has begun, and must come to its end: replay it again. {Correct}"
            );
        return await DiscardedAsync(stored with { Decision = decision }, null, cancellationToken);
    }

    private async Task<QuarantineResult> DiscardedAsync(
        StoredEntry stored,
        string? refusal,
        CancellationToken cancellationToken
    )
    {
        await store.CloseAsync(stored.Id, QuarantineState.Discarded, cancellationToken);
        if (refusal is not null)
            return new(stored.Id, QuarantineOutcome.Conflict, refusal);
        LogDiscarded(logger, stored.Id);
        return new(stored.Id, QuarantineOutcome.Discarded);
    }

    private static bool IsOtherThan(QuarantineDecision? decision, ReplayText replay) =>
        decision is not null && !replay.Utf8.Span.SequenceEqual(decision.Text);

    private static QuarantineResult Missing(string id) =>
        new(id, QuarantineOutcome.Missing, $"There is no entry '{id}'.");

    private static QuarantineResult OtherText(string id) =>
        new(
            id,
            QuarantineOutcome.Conflict,
            $"A replay with another text has begun before, and a store may have that: only it can be replayed again. {Correct}"
        );

    private static QuarantineResult NoRoom(string id) =>
        new(
            id,
            QuarantineOutcome.NoRoom,
            "With these lines the purchase would exceed the 400 KB of a DynamoDB item. Replay a text with fewer or shorter lines, or discard it and post it to ingest under another purchase_id."
        );

    [LoggerMessage(2050, LogLevel.Information, "Quarantine entry {Id} was replayed")]
    private static partial void LogReplayed(ILogger logger, string id);

    [LoggerMessage(2051, LogLevel.Information, "Quarantine entry {Id} was discarded")]
    private static partial void LogDiscarded(ILogger logger, string id);
}
