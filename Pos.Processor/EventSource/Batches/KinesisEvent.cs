using System.Text.Json.Serialization;
using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>What Lambda calls a function with, for a Kinesis event source: the fields that are used here.</summary>
internal sealed record KinesisEvent([property: JsonPropertyName("Records")] IReadOnlyList<KinesisEventRecord> Records)
{
    public IReadOnlyList<StreamRecord> ToStreamRecords() => [.. Records.Select(record => record.ToStreamRecord())];
}

/// <param name="EventId"><c>shardId-000000000006:49590338271490256608559692538361571095921575989136588898</c></param>
/// <param name="Kinesis">The record.</param>
internal sealed record KinesisEventRecord(
    [property: JsonPropertyName("eventID")] string EventId,
    [property: JsonPropertyName("kinesis")] KinesisEventData Kinesis
)
{
    public StreamRecord ToStreamRecord()
    {
        var separator = EventId.IndexOf(':', StringComparison.Ordinal);
        if (separator < 1)
            throw new BadHttpRequestException($"eventID '{EventId}' is not a shard and a sequence number.");
        var arrivedAt = DateTimeOffset.UnixEpoch.AddTicks(
            (long)(Kinesis.ApproximateArrivalTimestamp * TimeSpan.TicksPerSecond)
        );
        return new(EventId[..separator], Kinesis.SequenceNumber, Kinesis.PartitionKey, arrivedAt, Kinesis.Data);
    }
}

/// <param name="SequenceNumber">Decimal digits.</param>
/// <param name="PartitionKey">What chose the shard.</param>
/// <param name="Data">Base64 in JSON.</param>
/// <param name="ApproximateArrivalTimestamp">Seconds since 1970, with milliseconds behind the point.</param>
internal sealed record KinesisEventData(
    [property: JsonPropertyName("sequenceNumber")] string SequenceNumber,
    [property: JsonPropertyName("partitionKey")] string PartitionKey,
    [property: JsonPropertyName("data")] byte[] Data,
    [property: JsonPropertyName("approximateArrivalTimestamp")] decimal ApproximateArrivalTimestamp
);

/// <summary>
/// A function's answer under <c>ReportBatchItemFailures</c>: the batch is done up to the lowest sequence number in it.
/// </summary>
/// <param name="BatchItemFailures">Empty when the whole batch succeeded; null if the answer had none, which is the
/// same.</param>
internal sealed record BatchResponse(
    [property: JsonPropertyName("batchItemFailures")] IReadOnlyList<BatchItemFailure> BatchItemFailures
)
{
    public static BatchResponse Success { get; } = new([]);

    /// <summary>Why, for logs on this side of HTTP.</summary>
    [JsonIgnore]
    public Exception? Cause { get; init; }

    /// <summary>The batch failed from this record on.</summary>
    public static BatchResponse FailedFrom(StreamRecord record, Exception cause) =>
        new([new(record.SequenceNumber)]) { Cause = cause };
}

/// <param name="ItemIdentifier">The failed record's sequence number; null when the answer has it under another
/// name.</param>
internal sealed record BatchItemFailure([property: JsonPropertyName("itemIdentifier")] string? ItemIdentifier);

[JsonSerializable(typeof(KinesisEvent))]
[JsonSerializable(typeof(BatchResponse))]
internal sealed partial class LambdaJsonContext : JsonSerializerContext;
