using System.Text.Json;
using System.Text.Json.Serialization;
using Pos.Contracts;

namespace Pos.Cli.Quarantine;

/// <summary>An entry, as the processor lists it.</summary>
internal sealed record EntrySummary(
    string Id,
    string Reason,
    string State,
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
);

internal sealed record EntryPage(IReadOnlyList<EntrySummary> Entries, string? NextCursor);

internal sealed record EntryView(
    EntrySummary Summary,
    IReadOnlyList<PurchaseError> Errors,
    string? Text,
    string? Base64,
    int? InvalidUtf8At,
    string? ReplayText,
    string? Note,
    DateTimeOffset? DecidedAt
);

internal sealed record EntryCounts(IReadOnlyList<ReasonCount> Reasons, bool Complete);

internal sealed record ReasonCount(string Reason, int Open, int Replayed, int Discarded);

internal sealed record ClosedEntry(string Id, string State);

/// <param name="Results">Of each entry that was tried.</param>
/// <param name="NextCursor">Null when there is no further one.</param>
/// <param name="Away">Why the processor stopped before the end of the page: a store is away.</param>
internal sealed record ReplayedPage(IReadOnlyList<ReplayedEntry> Results, string? NextCursor, string? Away);

internal sealed record ReplayedEntry(string Id, string Outcome, string? Detail, IReadOnlyList<PurchaseError>? Errors);

internal sealed record ReplayText(string? Text);

internal sealed record ReplayReason(string Reason, string? Cursor);

internal sealed record DiscardNote(string Note);

/// <summary>A refusal: problem details, with errors where a text is no valid purchase.</summary>
internal sealed record Refusal(string? Title, string? Detail, IReadOnlyList<PurchaseError>? Errors);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EntryPage))]
[JsonSerializable(typeof(EntryView))]
[JsonSerializable(typeof(EntryCounts))]
[JsonSerializable(typeof(ClosedEntry))]
[JsonSerializable(typeof(ReplayedPage))]
[JsonSerializable(typeof(ReplayText))]
[JsonSerializable(typeof(ReplayReason))]
[JsonSerializable(typeof(DiscardNote))]
[JsonSerializable(typeof(Refusal))]
internal sealed partial class QuarantineJson : JsonSerializerContext;
