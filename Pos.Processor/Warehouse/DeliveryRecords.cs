using System.Buffers;
using Pos.Contracts;
using Pos.Storage;
using Pos.Storage.Warehouse;

namespace Pos.Processor.Warehouse;

/// <summary>
/// Flat rows, one per line of a post, many to a Firehose record as NDJSON: records are billed in steps of 5 KB.
/// </summary>
internal static class DeliveryRecords
{
    /// <summary>Firehose: a record is at most 1,000 KiB.</summary>
    public const int MaximumRecordBytes = 1_000 * 1024;

    /// <summary>Firehose: PutRecordBatch takes at most 500 records and 4 MiB.</summary>
    public const int MaximumBatchRecords = 500;
    public const int MaximumBatchBytes = 4 * 1024 * 1024;

    public static IEnumerable<ReadOnlyMemory<byte>> Of(IEnumerable<PurchaseVersion> posts)
    {
        var record = new ArrayBufferWriter<byte>(64 * 1024);
        foreach (var post in posts)
        {
            for (var line = 0; line < post.Accepted.Purchase.Lines.Count; line++)
            {
                var full = record.WrittenCount;
                WarehouseRowWriter.WriteLine(record, post.Accepted, line, post.Position);
                if (record.WrittenCount <= MaximumRecordBytes)
                    continue;

                // The row that no longer fits is the first of the next record.
                var row = record.WrittenSpan[full..].ToArray();
                yield return record.WrittenMemory[..full];
                record = new(MaximumRecordBytes);
                record.Write(row);
            }
        }
        if (record.WrittenCount > 0)
            yield return record.WrittenMemory;
    }

    /// <summary>Cuts records into calls that keep Firehose's limits.</summary>
    public static IEnumerable<List<ReadOnlyMemory<byte>>> Batches(IEnumerable<ReadOnlyMemory<byte>> records)
    {
        var batch = new List<ReadOnlyMemory<byte>>();
        var bytes = 0;
        foreach (var record in records)
        {
            if (batch.Count == MaximumBatchRecords || bytes + record.Length > MaximumBatchBytes)
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
