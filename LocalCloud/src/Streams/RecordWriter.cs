using System.Text.Json;
using LocalCloud.Streams.Storage;

namespace LocalCloud.Streams;

/// <summary>Writes records from the log to a GetRecords response, up to the limits of a call.</summary>
internal struct RecordWriter(Utf8JsonWriter response, long streamCreated, int shard, int limit) : ILogRecordSink
{
    // "The maximum size of data that GetRecords can return is 10 MiB."
    private const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>Size of the data and partition keys written so far.</summary>
    public int Bytes { get; private set; }
    public int Count { get; private set; }

    /// <summary>Unix milliseconds.</summary>
    public long LastArrival { get; private set; }

    public bool TryAdd(in LogRecord record)
    {
        var bytes = Bytes + record.PartitionKey.Length + record.Data.Length;
        if (Count == limit || (bytes > MaxBytes && Count > 0))
            return false;
        Bytes = bytes;
        Span<byte> number = stackalloc byte[SequenceNumber.Digits];
        new SequenceNumber(streamCreated, record.Ordinal, shard).Write(number);
        response.WriteStartObject();
        response.WriteString("SequenceNumber"u8, number);
        response.WriteNumber("ApproximateArrivalTimestamp"u8, record.Arrival / 1000m);
        response.WriteBase64String("Data"u8, record.Data);
        response.WriteString("PartitionKey"u8, record.PartitionKey);
        response.WriteEndObject();
        Count++;
        LastArrival = record.Arrival;
        return true;
    }
}
