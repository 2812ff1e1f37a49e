using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pos.Purchases;

namespace Pos.Processor.Quarantine;

/// <summary>What is kept beside the raw bytes, as JSON.</summary>
internal sealed record QuarantineEntry
{
    public required QuarantineReason Reason { get; init; }
    public required IReadOnlyList<PurchaseError> Errors { get; init; }
    public required string? PurchaseId { get; init; }
    /// <summary>The stream.</summary>
    public required string Source { get; init; }
    public required string ShardId { get; init; }
    public required string SequenceNumber { get; init; }
    /// <summary>The line's place in the record, from 0; null for the whole record.</summary>
    public required int? Ordinal { get; init; }
    public required string PartitionKey { get; init; }
    public required DateTimeOffset ArrivedAt { get; init; }
    public required DateTimeOffset QuarantinedAt { get; init; }
    /// <summary>Key of the object with the raw bytes.</summary>
    public required string RawKey { get; init; }
    public required int RawBytes { get; init; }

    /// <summary>Key of the entry and, but for the extension, of its bytes: always the same for the same bytes, so that a redelivery overwrites.</summary>
    public static string KeyOf(QuarantinedBytes bytes, string extension)
    {
        var ordinal = bytes.Ordinal is { } line ? line.ToString("D6", CultureInfo.InvariantCulture) : "record";
        return string.Create(CultureInfo.InvariantCulture,
            $"quarantine/reason={NameOf(bytes.Reason)}/date={bytes.Record.ArrivedAt.UtcDateTime:yyyy-MM-dd}/{bytes.Record.ShardId}-{bytes.Record.SequenceNumber}-{ordinal}.{extension}");
    }

    /// <summary>The reason as keys, JSON and metrics have it: <c>invalid_json</c>.</summary>
    public static string NameOf(QuarantineReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    public static QuarantineEntry Of(QuarantinedBytes bytes, string stream, DateTimeOffset now) => new()
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
        RawKey = KeyOf(bytes, "raw"),
        RawBytes = bytes.Raw.Length,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(ReasonNames)])]
[JsonSerializable(typeof(QuarantineEntry))]
internal sealed partial class QuarantineJsonContext : JsonSerializerContext;

internal sealed class ReasonNames() : JsonStringEnumConverter<QuarantineReason>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
