using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>The records and bytes that still fit into a batch, or into several delivered side by side.</summary>
/// <remarks>
/// Lambda passes up to BatchSize records in one call, "up to the payload limit for synchronous invocation (6 MB)"
/// (CreateEventSourceMapping). The payload is the event's JSON, which carries data as base64. The limit in bytes is
/// what Invoke refuses by:
/// 6,291,456.
/// </remarks>
internal struct BatchCapacity(int batchSize, int batches)
{
    public const int MaximumPayloadBytes = 6 * 1024 * 1024;

    // What the event's JSON has around data and partition key of a record: 900 bytes with a role's ARN of 300.
    private const int RecordOverheadBytes = 1_000;

    private const int EventOverheadBytes = 16;

    private int _records = batchSize * batches;
    private long _bytes = (long)(MaximumPayloadBytes - EventOverheadBytes) * batches;
    private bool _isEmpty = true;

    /// <summary>No further record fits, whatever its size.</summary>
    public readonly bool IsFull => _records == 0;

    /// <summary>False when the record does not fit. The first does, whatever its size: it fits nowhere else.</summary>
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
