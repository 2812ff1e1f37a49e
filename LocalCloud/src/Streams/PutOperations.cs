using System.Text.Json;
using LocalCloud.Faults;
using LocalCloud.Streams.Limits;

namespace LocalCloud.Streams;

/// <summary>PutRecord and PutRecords. Both respond when the records are on disk.</summary>
internal sealed class PutOperations(
    StreamStore streams,
    StreamLimits limits,
    FaultInjection faults,
    StreamsMetrics metrics
)
{
    public async Task PutRecordAsync(ReadOnlyMemory<byte> request, Utf8JsonWriter response)
    {
        using var batch = new PutBatch();
        var stream = streams.Get(PutRequestReader.ReadPutRecord(request.Span, batch));
        if (limits.Throttle(stream, batch) > 0)
            throw limits.Exceeded(stream, batch.Entries[0].Shard);
        await stream.PutAsync(batch);
        metrics.Put(stream.State.Name, batch, throttled: 0);
        response.WriteStartObject();
        WriteSequenceNumber(response, stream.State.Created, batch.Entries[0]);
        response.WriteEndObject();
    }

    public async Task PutRecordsAsync(ReadOnlyMemory<byte> request, Utf8JsonWriter response)
    {
        using var batch = new PutBatch();
        var stream = streams.Get(PutRequestReader.ReadPutRecords(request.Span, batch));
        var throttled = limits.Throttle(stream, batch);
        if (faults.SelectEntries(FaultTargets.Kinesis, "PutRecords", batch.Count) is { } rejected)
            throttled = StreamLimits.Throttle(stream, batch, rejected);
        if (throttled < batch.Count)
            await stream.PutAsync(batch);
        metrics.Put(stream.State.Name, batch, throttled);
        response.WriteStartObject();
        response.WriteNumber("FailedRecordCount"u8, throttled);
        response.WriteStartArray("Records"u8);
        foreach (ref readonly var entry in batch.Entries)
        {
            response.WriteStartObject();
            if (entry.Throttled)
                WriteThrottled(response, stream, entry.Shard);
            else
                WriteSequenceNumber(response, stream.State.Created, entry);
            response.WriteEndObject();
        }
        response.WriteEndArray();
        response.WriteEndObject();
    }

    private void WriteThrottled(Utf8JsonWriter response, DataStream stream, int shard)
    {
        response.WriteString("ErrorCode"u8, "ProvisionedThroughputExceededException"u8);
        response.WriteString("ErrorMessage"u8, limits.Message(stream, shard));
    }

    private static void WriteSequenceNumber(Utf8JsonWriter response, long streamCreated, in PutBatch.Entry entry)
    {
        Span<byte> number = stackalloc byte[SequenceNumber.Digits];
        new SequenceNumber(streamCreated, entry.Ordinal, entry.Shard).Write(number);
        response.WriteString("SequenceNumber"u8, number);
        response.WriteString("ShardId"u8, Shard.IdOf(entry.Shard));
    }
}
