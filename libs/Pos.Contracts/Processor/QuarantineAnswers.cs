using System.Text.Json.Serialization;

namespace Pos.Contracts.Processor;

/// <summary>A quarantine entry in a list.</summary>
public sealed record QuarantineSummary
{
    /// <summary>Identifies the entry.</summary>
    public required string Id { get; init; }

    /// <summary>The reason's code, such as <c>invalid_json</c>. A newer processor may send further codes.</summary>
    public required string Reason { get; init; }

    /// <summary>One of <see cref="QuarantineStates"/>.</summary>
    public required string State { get; init; }

    /// <summary>True for an open entry whose replay started and must be completed.</summary>
    public required bool ReplayBegun { get; init; }

    /// <summary>The <c>purchase_id</c> in the bytes; null when it cannot be read.</summary>
    public required string? PurchaseId { get; init; }

    /// <summary>The record's shard.</summary>
    public required string ShardId { get; init; }

    /// <summary>The record's sequence number.</summary>
    public required string SequenceNumber { get; init; }

    /// <summary>The line's index in its record, from 0; null for the whole record.</summary>
    public required int? Ordinal { get; init; }

    /// <summary>When the stream accepted the record.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>When the processor wrote the entry.</summary>
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>Length of the bytes.</summary>
    public required int RawBytes { get; init; }

    /// <summary>Number of errors.</summary>
    public required int Errors { get; init; }

    /// <summary>The first error; null when there is none.</summary>
    public required PurchaseError? FirstError { get; init; }

    /// <summary>True if the entry waits for a decision.</summary>
    [JsonIgnore]
    public bool IsOpen => State is QuarantineStates.Open;

    /// <summary>
    /// True if failed attempts may have written a part of the record to a store. Such an entry can only be retried with
    /// its own bytes.
    /// </summary>
    [JsonIgnore]
    public bool WasGivenUp => Reason is "retries_exhausted" or "record_expired";
}

/// <summary>The closed list of an entry's states.</summary>
public static class QuarantineStates
{
    /// <summary>The entry waits for a decision.</summary>
    public const string Open = "open";

    /// <summary>The stores have the purchase.</summary>
    public const string Replayed = "replayed";

    /// <summary>The purchase goes to no store.</summary>
    public const string Discarded = "discarded";
}

/// <summary>A page of entries.</summary>
/// <param name="Entries">Newest first.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record EntriesPage(IReadOnlyList<QuarantineSummary> Entries, string? NextCursor);

/// <summary>The number of entries for each reason.</summary>
/// <param name="Reasons">Only reasons that occur.</param>
/// <param name="Complete">False when only the newest entries were counted.</param>
public sealed record QuarantineCounts(IReadOnlyList<ReasonCount> Reasons, bool Complete);

/// <summary>The number of entries of one reason in each state.</summary>
public sealed record ReasonCount(string Reason, int Open, int Replayed, int Discarded)
{
    /// <summary>Returns the count of a state: open, replayed, discarded or all.</summary>
    public int In(string state) =>
        state switch
        {
            QuarantineStates.Open => Open,
            QuarantineStates.Replayed => Replayed,
            QuarantineStates.Discarded => Discarded,
            _ => Open + Replayed + Discarded,
        };
}

/// <summary>An entry with its bytes.</summary>
/// <param name="Summary">The entry as in a list.</param>
/// <param name="Errors">Each with the path of the field.</param>
/// <param name="Text">The bytes; null when they are not UTF-8.</param>
/// <param name="Base64">The bytes when they are not UTF-8.</param>
/// <param name="InvalidUtf8At">Offset of the first byte that is not UTF-8.</param>
/// <param name="ReplayText">The text that a replay wrote or will write to the stores.</param>
/// <param name="Note">Why the entry was discarded.</param>
/// <param name="DecidedAt">When its replay started or it was discarded.</param>
public sealed record QuarantineView(
    QuarantineSummary Summary,
    IReadOnlyList<PurchaseError> Errors,
    string? Text,
    string? Base64,
    int? InvalidUtf8At,
    string? ReplayText,
    string? Note,
    DateTimeOffset? DecidedAt
);

/// <summary>True if a text is a valid purchase.</summary>
/// <param name="Valid">True if the text can be retried.</param>
/// <param name="Errors">Why it cannot.</param>
public sealed record TextValidation(bool Valid, IReadOnlyList<PurchaseError> Errors);

/// <summary>An entry after a retry or a discard.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="State">One of <see cref="QuarantineStates"/>.</param>
public sealed record ClosedEntry(string Id, string State);

/// <summary>The results of retrying a page of entries.</summary>
/// <param name="Results">One for each entry that was retried.</param>
/// <param name="NextCursor">Null when there is no further entry.</param>
/// <param name="Unavailable">Why a store is unavailable, which ended the page early. Null when all stores are
/// available.</param>
public sealed record RetryPage(IReadOnlyList<RetryResult> Results, string? NextCursor, string? Unavailable)
{
    /// <summary>The former name of <see cref="Unavailable"/>, until the next release.</summary>
    public string? Away => Unavailable;
}

/// <summary>The result of retrying one entry.</summary>
/// <param name="Id">The entry's id.</param>
/// <param name="Outcome"><c>replayed</c>, <c>invalid</c>, <c>conflict</c> and so on.</param>
/// <param name="Detail">Why the retry failed; null otherwise.</param>
/// <param name="Errors">Errors of the bytes if they are not a valid purchase; null otherwise.</param>
public sealed record RetryResult(string Id, string Outcome, string? Detail, IReadOnlyList<PurchaseError>? Errors)
{
    /// <summary>True if the stores have the purchase.</summary>
    [JsonIgnore]
    public bool IsRetried => Outcome is QuarantineStates.Replayed;
}
