using Pos.Processor.EventSource;
using Pos.Processor.Lake;
using Pos.Processor.LookupTable;
using Pos.Processor.Quarantine;
using Pos.Processor.Warehouse;

namespace Pos.Processor;

/// <summary>
/// Brings a batch of stream records into the three stores; what no store can take goes to quarantine. A batch may come again, whole or cut
/// otherwise, and changes nothing then.
/// </summary>
/// <remarks>
/// The lookup table goes first, as it alone can refuse a purchase (400 KB an item) and fail in part: lake and warehouse get exactly what it
/// took, up to the record that the answer names. Firehose goes last: it alone appends, so the others' outages must not repeat its rows.
/// </remarks>
internal sealed class PurchaseBatchHandler(
    LookupTableSink lookupTable, LakeSink lake, WarehouseSink warehouse, QuarantineStore quarantine, ProcessorMetrics metrics)
{
    public async Task<BatchResponse> HandleAsync(IReadOnlyList<StreamRecord> batch, HeldLease? lease, CancellationToken cancellationToken)
    {
        if (batch is [])
            return BatchResponse.Success;
        try
        {
            var decoded = RecordDecoder.Decode(batch);
            var stored = await lookupTable.WriteAsync(decoded.Posts, cancellationToken);
            var done = stored.LowestFailedRecord ?? batch.Count;

            Post[] posts = [.. decoded.Posts.Where(post => post.RecordIndex < done && !stored.TooLarge.Contains(post))];
            QuarantinedBytes[] rejects =
            [
                .. decoded.Rejects.Where(reject => reject.RecordIndex < done).Select(reject => reject.Bytes),
                .. stored.TooLarge.Where(post => post.RecordIndex < done).Select(TooLarge),
            ];
            // Named after what the batch has, not after what the lookup table took of it, which another attempt may find otherwise.
            var first = decoded.Posts.Count > 0 && decoded.Posts[0].RecordIndex < done ? decoded.Posts[0].Record : null;
            var written = first is null ? Task.CompletedTask : lake.WriteAsync(first, posts, lease, cancellationToken);
            await Task.WhenAll(written, quarantine.WriteAsync(rejects, cancellationToken));
            await warehouse.WriteAsync(posts, cancellationToken);

            metrics.Processed(done, posts.Sum(post => (long)post.Accepted.Purchase.Lines.Count));
            return stored.Failure is null ? BatchResponse.Success : BatchResponse.FailedFrom(batch[done], stored.Failure);
        }
        catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
        {
            return BatchResponse.FailedFrom(batch[0], e);
        }
    }

    /// <summary>Takes a record whole into quarantine that its event source gives up.</summary>
    public async Task DiscardAsync(StreamRecord record, QuarantineReason reason, HeldLease? lease, CancellationToken cancellationToken)
    {
        await quarantine.WriteAsync([new(reason, record, Ordinal: null, record.Data)], cancellationToken);
        if (RecordDecoder.Decode([record]).Posts is not [])
            await lake.WriteAsync(record, [], lease, cancellationToken);
    }

    private static QuarantinedBytes TooLarge(Post post) =>
        new(QuarantineReason.ItemTooLarge, post.Record, post.Ordinal, post.Json) { PurchaseId = post.Accepted.Purchase.PurchaseId };
}
