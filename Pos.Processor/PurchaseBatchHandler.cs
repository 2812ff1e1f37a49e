using System.Runtime.ExceptionServices;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.Lake;
using Pos.Processor.LookupTable;
using Pos.Processor.Quarantine;
using Pos.Processor.Warehouse;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor;

/// <summary>
/// Brings a batch of stream records into the three stores; what no store can take goes to quarantine. A batch may come
/// again, whole or cut otherwise, and changes nothing then.
/// </summary>
/// <remarks>
/// What is in quarantine already stays there: whether an item has room, or a record was tried often enough, can look
/// different the next time, and what is in quarantine and in a store as well would be counted twice. So quarantine is
/// asked first, and written before the lake. The lookup table goes first of the stores, as it alone can refuse a
/// purchase (400 KB an item) and fail in part: lake and warehouse get exactly what it took, up to the record that the
/// answer names. Firehose goes last: it alone appends, so the others' outages must not repeat its rows.
/// </remarks>
internal sealed class PurchaseBatchHandler(
    LookupTableSink lookupTable,
    LakeSink lake,
    WarehouseSink warehouse,
    QuarantineStore quarantine,
    BatchObserver observer
) : IBatchHandler
{
    public async Task<BatchResponse> HandleAsync(
        IReadOnlyList<StreamRecord> batch,
        HeldLease? lease,
        CancellationToken cancellationToken
    )
    {
        if (batch is [])
            return BatchResponse.Success;
        using var observed = observer.Begin(batch);
        var metrics = observer.Metrics;
        try
        {
            var found = RecordDecoder.Decode(batch);
            var trace = observed.Trace(found);
            var finding = quarantine.FindAsync(batch, cancellationToken);
            await metrics.Lake.ObserveAsync(finding, lines: 0, cancellationToken);
            var quarantined = await finding;
            var decoded = found.Without(quarantined);
            var began = observer.Timestamp;
            var stored = await lookupTable.WriteAsync(decoded.Posts, trace, cancellationToken);
            var done = stored.LowestFailedRecord ?? batch.Count;

            PurchaseVersion[] posts =
            [
                .. decoded.Posts.Where(post => post.RecordIndex < done && !stored.TooLarge.Contains(post)),
            ];
            QuarantinedBytes[] rejects =
            [
                .. decoded.Rejects.Where(reject => reject.RecordIndex < done).Select(reject => reject.Bytes),
                .. stored.TooLarge.Where(post => post.RecordIndex < done).Select(TooLarge),
            ];
            var lines = posts.Sum(post => (long)post.Accepted.Purchase.Lines.Count);
            metrics.LookupTable.Settled(lines, stored.Failure, began);
            await metrics.Lake.ObserveAsync(
                quarantine.WriteAsync(rejects, cancellationToken),
                lines: 0,
                cancellationToken
            );
            // Named after what the batch has, not after what of it is for the stores, which another attempt may find
            // otherwise.
            if (found.Posts.Count > 0 && found.Posts[0].RecordIndex < done)
                await metrics.Lake.ObserveAsync(
                    lake.WriteAsync(found.Posts[0].Record, posts, lease, cancellationToken),
                    lines,
                    cancellationToken
                );
            await metrics.Warehouse.ObserveAsync(
                warehouse.WriteAsync(posts, cancellationToken),
                lines,
                cancellationToken
            );

            metrics.Processed(done, lines);
            if (stored.Failure is null)
                return BatchResponse.Success;
            observed.SetFailure(stored.Failure);
            return BatchResponse.FailedFrom(batch[done], stored.Failure);
        }
        catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
        {
            observed.SetFailure(e);
            return BatchResponse.FailedFrom(batch[0], e);
        }
    }

    /// <summary>Takes a record whole into quarantine that its event source gives up.</summary>
    public async Task DiscardAsync(
        StreamRecord record,
        QuarantineReason reason,
        HeldLease? lease,
        CancellationToken cancellationToken
    )
    {
        var quarantined = await quarantine.FindAsync([record], cancellationToken);
        if (!quarantined.Contains(QuarantineKeys.IdOf(record, null)))
            await quarantine.WriteAsync([new(reason, record, Ordinal: null, record.Data)], cancellationToken);
        if (RecordDecoder.Decode([record]).Posts is not [])
            await lake.WriteAsync(record, [], lease, cancellationToken);
    }

    /// <summary>
    /// Brings what a quarantine entry holds into the stores, at the positions that it had in the stream: what is newer
    /// there stays. Of a whole record, lines that no store can take become entries of their own.
    /// </summary>
    /// <param name="record">The record, with the bytes to replay as its data.</param>
    /// <param name="ordinal">The entry's line; null for the whole record.</param>
    /// <param name="decoded">What the bytes hold, of one line with that line's ordinal.</param>
    /// <param name="cancellationToken">Ends it; it can be repeated.</param>
    /// <returns>False when the entry's line is still too large for its item; then nothing was changed.</returns>
    public async Task<bool> ReplayAsync(
        StreamRecord record,
        int? ordinal,
        DecodedBatch decoded,
        CancellationToken cancellationToken
    )
    {
        var stored = await lookupTable.WriteAsync(decoded.Posts, cancellationToken);
        if (stored.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        if (ordinal is not null && stored.TooLarge.Count > 0)
            return false;

        PurchaseVersion[] posts = [.. decoded.Posts.Where(post => !stored.TooLarge.Contains(post))];
        await quarantine.WriteAsync(
            [.. decoded.Rejects.Select(reject => reject.Bytes), .. stored.TooLarge.Select(TooLarge)],
            cancellationToken
        );
        await lake.WriteReplayAsync(record, ordinal, posts, cancellationToken);
        await warehouse.WriteAsync(posts, cancellationToken);
        return true;
    }

    private static QuarantinedBytes TooLarge(PurchaseVersion post) =>
        new(QuarantineReason.ItemTooLarge, post.Record, post.Ordinal, post.Json)
        {
            PurchaseId = post.Accepted.Purchase.PurchaseId,
        };
}
