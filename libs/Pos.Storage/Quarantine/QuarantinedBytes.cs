using System.Text.Json.Serialization;
using Pos.Contracts;

namespace Pos.Storage.Quarantine;

/// <summary>The closed list of why bytes of the stream are in quarantine.</summary>
[JsonConverter(typeof(SnakeCaseNames<QuarantineReason>))]
internal enum QuarantineReason
{
    /// <summary>The record has no line.</summary>
    EmptyRecord,

    /// <summary>Not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Not one JSON value, such as a purchase that was cut off.</summary>
    InvalidJson,

    /// <summary>A field that this version's contract does not have.</summary>
    UnknownSchema,

    /// <summary>Breaks a rule of the contract.</summary>
    InvalidPurchase,

    /// <summary>The purchase, with the lines it has already, would exceed DynamoDB's 400 KB an item.</summary>
    ItemTooLarge,

    /// <summary>The whole record: its batch failed as often as the event source mapping allows.</summary>
    RetriesExhausted,

    /// <summary>
    /// The whole record: it became older than the event source mapping allows before its batch succeeded.
    /// </summary>
    RecordExpired,
}

/// <summary>Bytes of the stream that go to quarantine.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Record">Where they come from.</param>
/// <param name="Ordinal">The line's place in the record, from 0; null for the whole record.</param>
/// <param name="Raw">The bytes.</param>
internal sealed record QuarantinedBytes(
    QuarantineReason Reason,
    StreamRecord Record,
    int? Ordinal,
    ReadOnlyMemory<byte> Raw
)
{
    /// <summary>Names their entry.</summary>
    public string Id => QuarantineKeys.IdOf(Record, Ordinal);

    /// <summary>What the bytes give as purchase_id, if anything.</summary>
    public string? PurchaseId { get; init; }

    /// <summary>Each rule that is broken.</summary>
    public IReadOnlyList<PurchaseError> Errors { get; init; } = [];
}
