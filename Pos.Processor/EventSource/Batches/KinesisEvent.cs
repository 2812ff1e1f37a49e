using System.Text.Json.Serialization;
using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>Lambda's event for a Kinesis event source, with the fields that the processor uses.</summary>
internal sealed record KinesisEvent([property: JsonPropertyName("Records")] IReadOnlyList<KinesisEventRecord> Records)
{
    public IReadOnlyList<StreamRecord> ToStreamRecords() => [.. Records.Select(record => record.ToStreamRecord())];
}

/// <param name="EventId"><c>shardId-000000000006:49590338271490256608559692538361571095921575989136588898</c></param>
/// <param name="Kinesis">The record's data and metadata.</param>
internal sealed record KinesisEventRecord(
    [property: JsonPropertyName("eventID")] string EventId,
    [property: JsonPropertyName("kinesis")] KinesisEventData Kinesis
)
{
    public StreamRecord ToStreamRecord()
    {
        var separator = EventId.IndexOf(':', StringComparison.Ordinal);
        if (separator < 1)
            throw new BadHttpRequestException($"eventID is '{EventId}'; it must be 'shardId:sequenceNumber'.");
        var arrivedAt = DateTimeOffset.UnixEpoch.AddTicks(
            (long)(Kinesis.ApproximateArrivalTimestamp * TimeSpan.TicksPerSecond)
        );
        return new(EventId[..separator], Kinesis.SequenceNumber, Kinesis.PartitionKey, arrivedAt, Kinesis.Data);
    }
}

/// <param name="SequenceNumber">Decimal digits.</param>
/// <param name="PartitionKey">Selects the shard by its hash.</param>
/// <param name="Data">Base64 in JSON.</param>
/// <param name="ApproximateArrivalTimestamp">Seconds since 1970, with milliseconds as decimals.</param>
internal sealed record KinesisEventData(
    [property: JsonPropertyName("sequenceNumber")] string SequenceNumber,
    [property: JsonPropertyName("partitionKey")] string PartitionKey,
    [property: JsonPropertyName("data")] byte[] Data,
    [property: JsonPropertyName("approximateArrivalTimestamp")] decimal ApproximateArrivalTimestamp
);

/// <summary>
/// A function's response with <c>ReportBatchItemFailures</c>. The batch is processed up to the lowest sequence number
/// listed.
/// </summary>
/// <param name="BatchItemFailures">Empty or null when the whole batch succeeded.</param>
internal sealed record BatchResponse(
    [property: JsonPropertyName("batchItemFailures")] IReadOnlyList<BatchItemFailure> BatchItemFailures
)
{
    public static BatchResponse Success { get; } = new([]);

    /// <summary>Cause of the failure, for the processor's own logs.</summary>
    [JsonIgnore]
    public Exception? Cause { get; init; }

    /// <summary>Creates the response to a batch that failed at this record.</summary>
    public static BatchResponse FailedFrom(StreamRecord record, Exception cause) =>
        new([new(record.SequenceNumber)]) { Cause = cause };
}

/// <param name="ItemIdentifier">The failed record's sequence number; null when the response lacks the field.</param>
internal sealed record BatchItemFailure([property: JsonPropertyName("itemIdentifier")] string? ItemIdentifier);

[JsonSerializable(typeof(KinesisEvent))]
[JsonSerializable(typeof(BatchResponse))]
internal sealed partial class LambdaJsonContext : JsonSerializerContext;
