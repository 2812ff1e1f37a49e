using System.Text.Json.Serialization;
using Pos.Contracts;

namespace Pos.Storage.Quarantine;

/// <summary>The closed list of reasons for quarantine.</summary>
[JsonConverter(typeof(SnakeCaseNames<QuarantineReason>))]
internal enum QuarantineReason
{
    /// <summary>The record has no line.</summary>
    EmptyRecord,

    /// <summary>The bytes are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>The line is not one JSON value, such as a truncated purchase.</summary>
    InvalidJson,

    /// <summary>The line has a field that this version's contract lacks.</summary>
    UnknownSchema,

    /// <summary>The purchase breaks a rule of the contract.</summary>
    InvalidPurchase,

    /// <summary>The purchase with its stored lines would exceed DynamoDB's 400 KB per item.</summary>
    ItemTooLarge,

    /// <summary>The whole record: its batch failed after the maximum number of attempts.</summary>
    RetriesExhausted,

    /// <summary>The whole record: it exceeded the maximum record age before its batch succeeded.</summary>
    RecordExpired,
}

/// <summary>Bytes of the stream that go to quarantine.</summary>
/// <param name="Reason">Why they are quarantined.</param>
/// <param name="Record">The record that contains them.</param>
/// <param name="Ordinal">The line's index in the record, from 0; null for the whole record.</param>
/// <param name="Raw">The bytes.</param>
internal sealed record QuarantinedBytes(
    QuarantineReason Reason,
    StreamRecord Record,
    int? Ordinal,
    ReadOnlyMemory<byte> Raw
)
{
    /// <summary>Id of their entry.</summary>
    public string Id => QuarantineKeys.IdOf(Record, Ordinal);

    /// <summary>The <c>purchase_id</c> in the bytes; null when it cannot be read.</summary>
    public string? PurchaseId { get; init; }

    /// <summary>Every rule that the bytes break.</summary>
    public IReadOnlyList<PurchaseError> Errors { get; init; } = [];
}
