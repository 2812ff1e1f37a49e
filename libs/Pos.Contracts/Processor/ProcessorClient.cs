using Pos.Contracts.Http;

namespace Pos.Contracts.Processor;

/// <summary>Calls the processor: status, whereabouts and quarantine.</summary>
public sealed class ProcessorClient(HttpClient http) : ServiceClient(http, "processor")
{
    /// <summary>Gets how the processor reads the stream, and its counts since it started.</summary>
    public Task<Answer<ProcessorStatus>> StatusAsync(CancellationToken cancellationToken) =>
        GetAsync("/status", ProcessorJson.Default.ProcessorStatus, cancellationToken);

    /// <summary>Finds a purchase, even if no store has it.</summary>
    public Task<Answer<PurchaseWhereabouts>> WhereaboutsAsync(string purchaseId, CancellationToken cancellationToken) =>
        GetAsync(
            $"/purchases/{Uri.EscapeDataString(purchaseId)}/whereabouts",
            ProcessorJson.Default.PurchaseWhereabouts,
            cancellationToken
        );

    /// <summary>Gets a page of entries, newest first. Even a short or empty page may have a next one.</summary>
    /// <param name="reason">A reason's code; null for all.</param>
    /// <param name="state">open, replayed, discarded or all.</param>
    /// <param name="limit">1 to 200.</param>
    /// <param name="cursor">Cursor of the previous page; null for the first.</param>
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
            ProcessorJson.Default.EntriesPage,
            cancellationToken
        );

    /// <summary>Counts the entries of each reason.</summary>
    public Task<Answer<QuarantineCounts>> QuarantineCountsAsync(CancellationToken cancellationToken) =>
        GetAsync("/quarantine/counts", ProcessorJson.Default.QuarantineCounts, cancellationToken);

    /// <summary>Gets an entry with its bytes.</summary>
    public Task<Answer<QuarantineView>> QuarantineEntryAsync(string id, CancellationToken cancellationToken) =>
        GetAsync(PathOf(id), ProcessorJson.Default.QuarantineView, cancellationToken);

    /// <summary>Checks a text against the contract without storing it.</summary>
    public Task<Answer<TextValidation>> ValidateAsync(string id, string text, CancellationToken cancellationToken) =>
        PostAsync(
            $"{PathOf(id)}/validate",
            new ValidateRequest(text),
            ProcessorJson.Default.ValidateRequest,
            ProcessorJson.Default.TextValidation,
            cancellationToken
        );

    /// <summary>Retries an entry. Repeating the call changes nothing.</summary>
    /// <param name="id">The entry's id.</param>
    /// <param name="text">Replaces the entry's bytes; null keeps them, or those of an interrupted attempt.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<ClosedEntry>> RetryAsync(string id, string? text, CancellationToken cancellationToken) =>
        PostAsync(
            $"{PathOf(id)}/replay",
            new RetryRequest(text),
            ProcessorJson.Default.RetryRequest,
            ProcessorJson.Default.ClosedEntry,
            cancellationToken
        );

    /// <summary>Discards an entry. Its bytes are kept.</summary>
    /// <param name="id">The entry's id.</param>
    /// <param name="note">Why, 1 to 500 characters.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<Answer<ClosedEntry>> DiscardAsync(string id, string note, CancellationToken cancellationToken) =>
        PostAsync(
            $"{PathOf(id)}/discard",
            new DiscardRequest(note),
            ProcessorJson.Default.DiscardRequest,
            ProcessorJson.Default.ClosedEntry,
            cancellationToken
        );

    /// <summary>Retries a page of a reason's open entries with their own bytes.</summary>
    public Task<Answer<RetryPage>> RetryReasonAsync(
        string reason,
        int limit,
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        PostAsync(
            "/quarantine/replay",
            new RetryReasonRequest(reason, limit, cursor),
            ProcessorJson.Default.RetryReasonRequest,
            ProcessorJson.Default.RetryPage,
            cancellationToken
        );

    private static string PathOf(string id) => $"/quarantine/{Uri.EscapeDataString(id)}";
}
