using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts;

namespace Pos.Processor.Quarantine;

/// <summary>An entry in a list.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Reason">Why it is in quarantine.</param>
/// <param name="State"><c>open</c>, <c>replayed</c> or <c>discarded</c>.</param>
/// <param name="ReplayBegun">Open, and a replay has begun that must come to its end.</param>
/// <param name="PurchaseId">As the bytes give it, if they do.</param>
/// <param name="ShardId">Where it stood in the stream.</param>
/// <param name="SequenceNumber">Of its record.</param>
/// <param name="Ordinal">The line's place in the record, from 0; null for the whole record.</param>
/// <param name="ArrivedAt">When the stream took it.</param>
/// <param name="QuarantinedAt">When the processor found that no store can take it.</param>
/// <param name="RawBytes">How many bytes it has.</param>
/// <param name="Errors">How many errors were found.</param>
/// <param name="FirstError">The first of them.</param>
internal sealed record QuarantineSummary(
    string Id,
    QuarantineReason Reason,
    QuarantineState State,
    bool ReplayBegun,
    string? PurchaseId,
    string ShardId,
    string SequenceNumber,
    int? Ordinal,
    DateTimeOffset ArrivedAt,
    DateTimeOffset QuarantinedAt,
    int RawBytes,
    int Errors,
    PurchaseError? FirstError
)
{
    public static QuarantineSummary Of(StoredEntry stored) =>
        new(
            stored.Id,
            stored.Entry.Reason,
            stored.State,
            stored is { State: QuarantineState.Open, Decision: not null },
            stored.Entry.PurchaseId,
            stored.Entry.ShardId,
            stored.Entry.SequenceNumber,
            stored.Entry.Ordinal,
            stored.Entry.ArrivedAt,
            stored.Entry.QuarantinedAt,
            stored.Entry.RawBytes,
            stored.Entry.Errors.Count,
            stored.Entry.Errors is [var first, ..] ? first : null
        );
}

/// <param name="Entries">Newest first.</param>
/// <param name="NextCursor">Null on the last page.</param>
internal sealed record QuarantinePage(IReadOnlyList<QuarantineSummary> Entries, string? NextCursor);

/// <param name="Reasons">Those that occur.</param>
/// <param name="Complete">Whether all entries were counted, or only the newest 100,000.</param>
internal sealed record QuarantineCounts(IReadOnlyList<ReasonCount> Reasons, bool Complete);

internal sealed record ReasonCount(QuarantineReason Reason, int Open, int Replayed, int Discarded);

/// <summary>An entry with its bytes.</summary>
/// <param name="Summary">What a list says of it.</param>
/// <param name="Errors">Each with the path of the field.</param>
/// <param name="Text">The bytes; null when they are not UTF-8.</param>
/// <param name="Base64">The bytes when they are not UTF-8.</param>
/// <param name="InvalidUtf8At">Offset of the first byte that is not UTF-8.</param>
/// <param name="ReplayText">What a replay brought or is to bring into the stores.</param>
/// <param name="Note">Why it was discarded.</param>
/// <param name="DecidedAt">When its replay began, or it was discarded.</param>
internal sealed record QuarantineView(
    QuarantineSummary Summary,
    IReadOnlyList<PurchaseError> Errors,
    string? Text,
    string? Base64,
    int? InvalidUtf8At,
    string? ReplayText,
    string? Note,
    DateTimeOffset? DecidedAt
)
{
    public static QuarantineView Of(StoredEntry stored, byte[] raw)
    {
        var isText = Utf8.IsValid(raw);
        return new(
            QuarantineSummary.Of(stored),
            stored.Entry.Errors,
            isText ? Encoding.UTF8.GetString(raw) : null,
            isText ? null : Convert.ToBase64String(raw),
            isText ? null : FirstInvalid(raw),
            stored.Decision?.Text is { } text ? Encoding.UTF8.GetString(text) : null,
            stored.Decision?.Note,
            stored.Decision?.DecidedAt
        );
    }

    private static int FirstInvalid(byte[] raw)
    {
        var text = new char[raw.Length];
        Utf8.ToUtf16(raw, text, out var valid, out _, replaceInvalidSequences: false);
        return valid;
    }
}

/// <param name="Text">What is to replace the bytes; null for the bytes as they are.</param>
internal sealed record ReplayRequest(string? Text = null);

/// <param name="Text">What is to be held against the contract.</param>
internal sealed record ValidateRequest(string Text);

/// <param name="Note">Why, for whoever asks later.</param>
internal sealed record DiscardRequest(string Note);

/// <param name="Reason">Whose open entries are replayed, as they are.</param>
/// <param name="Limit">Entries of one call.</param>
/// <param name="Cursor"><c>next_cursor</c> of the call before.</param>
internal sealed record BulkReplayRequest(QuarantineReason Reason, int? Limit = null, string? Cursor = null);

/// <param name="Valid">Whether the text can be replayed.</param>
/// <param name="Errors">Why not.</param>
internal sealed record ValidationView(bool Valid, IReadOnlyList<PurchaseError> Errors);

/// <param name="Id">The entry.</param>
/// <param name="State">What it is now.</param>
internal sealed record ClosedView(string Id, QuarantineState State);

/// <param name="Results">Of each entry that was tried.</param>
/// <param name="NextCursor">Null when no further one is there.</param>
/// <param name="Away">Why a store could not be reached; the rest was not tried then, and can be with the
/// cursor.</param>
internal sealed record BulkReplayView(IReadOnlyList<BulkReplayResult> Results, string? NextCursor, string? Away);

/// <param name="Id">The entry.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">Why it came to nothing.</param>
/// <param name="Errors">Where the bytes are no valid purchase.</param>
internal sealed record BulkReplayResult(
    string Id,
    QuarantineOutcome Outcome,
    string? Detail,
    IReadOnlyList<PurchaseError>? Errors
);

/// <summary>The text is no valid purchase.</summary>
internal sealed class InvalidTextProblem : ProblemDetails
{
    public required IReadOnlyList<PurchaseError> Errors { get; init; }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(QuarantinePage))]
[JsonSerializable(typeof(QuarantineCounts))]
[JsonSerializable(typeof(QuarantineView))]
[JsonSerializable(typeof(ValidationView))]
[JsonSerializable(typeof(ClosedView))]
[JsonSerializable(typeof(BulkReplayView))]
[JsonSerializable(typeof(InvalidTextProblem))]
[JsonSerializable(typeof(ValidateRequest))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(DiscardRequest))]
[JsonSerializable(typeof(BulkReplayRequest))]
internal sealed partial class QuarantineApiJsonContext : JsonSerializerContext;
