namespace Pos.Ui.Clients;

/// <summary>What the processor does, what it has put aside, and what becomes of that.</summary>
public sealed class ProcessorClient(HttpClient http) : ServiceClient(http, "processor")
{
    /// <summary>How it reads the stream, and what it has done since its start.</summary>
    public Task<Answer<ProcessorStatus>> StatusAsync(CancellationToken cancellationToken) =>
        GetAsync("/status", PipelineJson.Default.ProcessorStatus, cancellationToken);

    /// <summary>Where a purchase is, also one that no store has.</summary>
    public Task<Answer<Whereabouts>> WhereaboutsAsync(string purchaseId, CancellationToken cancellationToken) =>
        GetAsync(
            $"/purchases/{Uri.EscapeDataString(purchaseId)}/whereabouts",
            WhereaboutsJson.Default.Whereabouts,
            cancellationToken
        );

    /// <summary>A page of entries, newest first. It may be short, or empty, and have a next one.</summary>
    /// <param name="reason">One of the reasons; null for every one.</param>
    /// <param name="state">open, replayed, discarded or all.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cursor">Of the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<EntriesPage>> QuarantinedAsync(
        string? reason,
        string state,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            new QueryText("/quarantine")
                .With("reason", reason)
                .With("state", state)
                .With("limit", limit)
                .With("cursor", cursor)
                .ToString(),
            QuarantineJson.Default.EntriesPage,
            cancellationToken
        );

    public Task<Answer<QuarantineCounts>> QuarantineCountsAsync(CancellationToken cancellationToken) =>
        GetAsync("/quarantine/counts", QuarantineJson.Default.QuarantineCounts, cancellationToken);

    public Task<Answer<QuarantineEntry>> QuarantineEntryAsync(string id, CancellationToken cancellationToken) =>
        GetAsync(PathOf(id), QuarantineJson.Default.QuarantineEntry, cancellationToken);

    /// <summary>Holds a text against the contract, and does nothing with it.</summary>
    public Task<Answer<TextValidation>> ValidateAsync(string id, string text, CancellationToken cancellationToken) =>
        PostAsync(
            $"{PathOf(id)}/validate",
            new MendedText(text),
            QuarantineJson.Default.MendedText,
            QuarantineJson.Default.TextValidation,
            cancellationToken
        );

    /// <summary>Brings an entry into the stores. Again changes nothing.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="text">What replaces its bytes; null for the bytes as they are, or as a replay that has begun has
    /// them.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<ClosedEntry>> ReplayAsync(string id, string? text, CancellationToken cancellationToken) =>
        PostAsync(
            $"{PathOf(id)}/replay",
            new MendedText(text),
            QuarantineJson.Default.MendedText,
            QuarantineJson.Default.ClosedEntry,
            cancellationToken
        );

    /// <summary>Closes an entry that shall be in no store. Its bytes are kept.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="note">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<ClosedEntry>> DiscardAsync(string id, string note, CancellationToken cancellationToken) =>
        PostAsync(
            $"{PathOf(id)}/discard",
            new DiscardNote(note),
            QuarantineJson.Default.DiscardNote,
            QuarantineJson.Default.ClosedEntry,
            cancellationToken
        );

    /// <summary>Replays so many of a reason's open entries as they are.</summary>
    public Task<Answer<ReplayedPage>> ReplayReasonAsync(
        string reason,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        PostAsync(
            "/quarantine/replay",
            new ReplayReason(reason, limit, cursor),
            QuarantineJson.Default.ReplayReason,
            QuarantineJson.Default.ReplayedPage,
            cancellationToken
        );

    private static string PathOf(string id) => $"/quarantine/{Uri.EscapeDataString(id)}";
}
