using System.Buffers;
using Pos.Contracts;
using Pos.Storage;
using Pos.Storage.Warehouse;

namespace Pos.Processor.Warehouse;

/// <summary>
/// Packs flat rows, one per purchase line, into Firehose records as NDJSON. A record has many rows, because Firehose
/// bills records in steps of 5 KB.
/// </summary>
internal static class DeliveryRecords
{
    /// <summary>Firehose: a record is at most 1,000 KiB.</summary>
    public const int MaxRecordBytes = 1_000 * 1024;

    /// <summary>Firehose: PutRecordBatch takes at most 500 records and 4 MiB.</summary>
    public const int MaxBatchRecords = 500;
    public const int MaxBatchBytes = 4 * 1024 * 1024;

    public static IEnumerable<ReadOnlyMemory<byte>> From(IEnumerable<PurchaseVersion> versions)
    {
        var record = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (var version in versions)
        {
            for (var line = 0; line < version.Accepted.Purchase.Lines.Count; line++)
            {
                var full = record.WrittenCount;
                WarehouseRowWriter.WriteLine(record, version.Accepted, line, version.Position);
                if (record.WrittenCount <= MaxRecordBytes)
                    continue;

                // Move the row that does not fit to the next record.
                var row = record.WrittenSpan[full..].ToArray();
                yield return record.WrittenMemory[..full];
                record = new(MaxRecordBytes);
                record.Write(row);
            }
        }
        if (record.WrittenCount > 0)
            yield return record.WrittenMemory;
    }

    /// <summary>Groups records into calls within Firehose's limits.</summary>
    public static IEnumerable<List<ReadOnlyMemory<byte>>> SplitIntoBatches(IEnumerable<ReadOnlyMemory<byte>> records)
    {
        var batch = new List<ReadOnlyMemory<byte>>();
        var bytes = 0;
        foreach (var record in records)
        {
            if (batch.Count == MaxBatchRecords || bytes + record.Length > MaxBatchBytes)
            {
                yield return batch;
                batch = [];
                bytes = 0;
            }
            batch.Add(record);
            bytes += record.Length;
        }
        if (batch is not [])
            yield return batch;
    }
}
