using System.Text.Json.Serialization;
using Pos.Contracts;

namespace Pos.Ui.Clients;

/// <summary>An entry of the quarantine, in a list.</summary>
public sealed record QuarantineSummary
{
    public required string Id { get; init; }

    /// <summary>The code, such as <c>invalid_json</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>open, replayed or discarded.</summary>
    public required string State { get; init; }

    /// <summary>Open, and a replay has begun that must come to its end.</summary>
    public required bool ReplayBegun { get; init; }

    /// <summary>As the bytes give it, if they do.</summary>
    public string? PurchaseId { get; init; }
    public required string ShardId { get; init; }
    public required string SequenceNumber { get; init; }

    /// <summary>The line's place in its record, from 0; null for the whole record.</summary>
    public int? Ordinal { get; init; }
    public required DateTimeOffset ArrivedAt { get; init; }
    public required DateTimeOffset QuarantinedAt { get; init; }
    public required int RawBytes { get; init; }

    /// <summary>How many were found.</summary>
    public required int Errors { get; init; }
    public PurchaseError? FirstError { get; init; }

    [JsonIgnore]
    public bool IsOpen => State is "open";

    /// <summary>
    /// Attempts at it may have brought a part of it into a store, so it can only be replayed as it is.
    /// </summary>
    [JsonIgnore]
    public bool WasGivenUp => Reason is "retries_exhausted" or "record_expired";
}

/// <param name="Entries">Newest first.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record EntriesPage(IReadOnlyList<QuarantineSummary> Entries, string? NextCursor);

/// <param name="Reasons">Those that occur.</param>
/// <param name="Complete">Whether all entries were counted, or only the newest.</param>
public sealed record QuarantineCounts(IReadOnlyList<ReasonCount> Reasons, bool Complete);

public sealed record ReasonCount(string Reason, int Open, int Replayed, int Discarded)
{
    /// <summary>How many there are in a state: open, replayed, discarded or all.</summary>
    public int In(string state) =>
        state switch
        {
            "open" => Open,
            "replayed" => Replayed,
            "discarded" => Discarded,
            _ => Open + Replayed + Discarded,
        };
}

/// <summary>An entry with its bytes.</summary>
/// <param name="Summary">What a list says of it.</param>
/// <param name="Errors">Each with the path of the field.</param>
/// <param name="Text">The bytes; null when they are not UTF-8.</param>
/// <param name="Base64">The bytes when they are not UTF-8.</param>
/// <param name="InvalidUtf8At">Offset of the first byte that is not UTF-8.</param>
/// <param name="ReplayText">What a replay brought, or is to bring, into the stores.</param>
/// <param name="Note">Why it was discarded.</param>
/// <param name="DecidedAt">When its replay began, or it was discarded.</param>
public sealed record QuarantineEntry(
    QuarantineSummary Summary,
    IReadOnlyList<PurchaseError> Errors,
    string? Text,
    string? Base64,
    int? InvalidUtf8At,
    string? ReplayText,
    string? Note,
    DateTimeOffset? DecidedAt
);

/// <param name="Valid">Whether the text can be replayed.</param>
/// <param name="Errors">Why not.</param>
public sealed record TextValidation(bool Valid, IReadOnlyList<PurchaseError> Errors);

/// <param name="Id">The entry.</param>
/// <param name="State">What it is now.</param>
public sealed record ClosedEntry(string Id, string State);

/// <param name="Results">Of each entry that was tried.</param>
/// <param name="NextCursor">Null when there is no further one.</param>
/// <param name="Away">Why it stopped before the end of the page: a store is away.</param>
public sealed record ReplayedPage(IReadOnlyList<ReplayedEntry> Results, string? NextCursor, string? Away);

/// <param name="Id">The entry.</param>
/// <param name="Outcome">replayed, invalid, conflict, …</param>
/// <param name="Detail">Why it came to nothing.</param>
/// <param name="Errors">Where the bytes are no valid purchase.</param>
public sealed record ReplayedEntry(string Id, string Outcome, string? Detail, IReadOnlyList<PurchaseError>? Errors)
{
    [JsonIgnore]
    public bool IsReplayed => Outcome is "replayed";
}

internal sealed record MendedText(string? Text);

internal sealed record DiscardNote(string Note);

internal sealed record ReplayReason(string Reason, int Limit, string? Cursor);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true
)]
[JsonSerializable(typeof(EntriesPage))]
[JsonSerializable(typeof(QuarantineCounts))]
[JsonSerializable(typeof(QuarantineEntry))]
[JsonSerializable(typeof(TextValidation))]
[JsonSerializable(typeof(ClosedEntry))]
[JsonSerializable(typeof(ReplayedPage))]
[JsonSerializable(typeof(MendedText))]
[JsonSerializable(typeof(DiscardNote))]
[JsonSerializable(typeof(ReplayReason))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
