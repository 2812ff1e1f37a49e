using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>Counts the records and bytes that still fit into a batch, or into several concurrent batches.</summary>
/// <remarks>
/// Lambda passes up to BatchSize records in one call, "up to the payload limit for synchronous invocation (6 MB)"
/// (CreateEventSourceMapping). The payload is the event's JSON, which carries data as base64. Invoke rejects payloads
/// above 6,291,456 bytes.
/// </remarks>
internal struct BatchCapacity(int batchSize, int batches)
{
    public const int MaxPayloadBytes = 6 * 1024 * 1024;

    // JSON of a record apart from its data and partition key: 900 bytes with a role ARN of 300 characters.
    private const int RecordOverheadBytes = 1_000;

    private const int EventOverheadBytes = 16;

    private int _records = batchSize * batches;
    private long _bytes = (long)(MaxPayloadBytes - EventOverheadBytes) * batches;
    private bool _isEmpty = true;

    /// <summary>True when no further record fits, whatever its size.</summary>
    public readonly bool IsFull => _records == 0;

    /// <summary>Returns false when the record does not fit. The first record always fits, whatever its size.</summary>
    public bool TryAdd(StreamRecord record)
    {
        var bytes = (record.Data.Length + 2) / 3 * 4 + record.PartitionKey.Length * 6 + RecordOverheadBytes;
        if (!_isEmpty && (_records == 0 || _bytes < bytes))
            return false;
        _isEmpty = false;
        _records--;
        _bytes -= bytes;
        return true;
    }
}
