using System.Text.Json;
using System.Text.Json.Serialization;
using Pos.Contracts;

namespace Pos.Storage.Quarantine;

/// <summary>Describes quarantined bytes. Stored as JSON beside the raw bytes.</summary>
internal sealed record QuarantineEntry
{
    public required QuarantineReason Reason { get; init; }
    public required IReadOnlyList<PurchaseError> Errors { get; init; }
    public required string? PurchaseId { get; init; }

    /// <summary>Name of the stream.</summary>
    public required string Source { get; init; }
    public required string ShardId { get; init; }
    public required string SequenceNumber { get; init; }

    /// <summary>The line's index in the record, from 0; null for the whole record.</summary>
    public required int? Ordinal { get; init; }
    public required string PartitionKey { get; init; }
    public required DateTimeOffset ArrivedAt { get; init; }
    public required DateTimeOffset QuarantinedAt { get; init; }

    /// <summary>Key of the object with the raw bytes.</summary>
    public required string RawKey { get; init; }
    public required int RawBytes { get; init; }

    /// <summary>True if failed attempts may have written a part of it to a store.</summary>
    [JsonIgnore]
    public bool WasGivenUp => Reason is QuarantineReason.RetriesExhausted or QuarantineReason.RecordExpired;

    public static QuarantineEntry From(QuarantinedBytes bytes, string stream, DateTimeOffset now) =>
        new()
        {
            Reason = bytes.Reason,
            Errors = bytes.Errors,
            PurchaseId = bytes.PurchaseId,
            Source = stream,
            ShardId = bytes.Record.ShardId,
            SequenceNumber = bytes.Record.SequenceNumber,
            Ordinal = bytes.Ordinal,
            PartitionKey = bytes.Record.PartitionKey,
            ArrivedAt = bytes.Record.ArrivedAt,
            QuarantinedAt = now,
            RawKey = QuarantineKeys.Key(bytes.Id, QuarantineKeys.Raw),
            RawBytes = bytes.Raw.Length,
        };

    /// <summary>Returns the record that the bytes come from, with the given bytes.</summary>
    public StreamRecord RecordWith(ReadOnlyMemory<byte> data) =>
        new(ShardId, SequenceNumber, PartitionKey, ArrivedAt, data);
}

/// <summary>
/// The decision to retry or discard an entry. Only the first one is stored, so that two attempts never write different
/// bytes to the stores.
/// </summary>
internal sealed record QuarantineDecision
{
    public required QuarantineAction Action { get; init; }
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>Why the entry is discarded.</summary>
    public string? Note { get; init; }

    /// <summary>The bytes to write to the stores: the raw bytes or their correction.</summary>
    public byte[]? Text { get; init; }
}

[JsonConverter(typeof(SnakeCaseNames<QuarantineAction>))]
internal enum QuarantineAction
{
    Replay,
    Discard,
}

[JsonConverter(typeof(SnakeCaseNames<QuarantineState>))]
internal enum QuarantineState
{
    Open,
    Replayed,
    Discarded,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(QuarantineEntry))]
[JsonSerializable(typeof(QuarantineDecision))]
internal sealed partial class QuarantineJsonContext : JsonSerializerContext;

internal sealed class SnakeCaseNames<T>()
    : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
