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
/// Writes a batch of stream records to the three stores, and whatever they cannot store to quarantine. A redelivered
/// batch, whole or split differently, changes nothing.
/// </summary>
/// <remarks>The order of the calls matters: docs/decisions/0004-stores-in-order.md.</remarks>
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
            var received = RecordDecoder.Decode(batch);
            var trace = observed.Trace(received);
            var finding = quarantine.FindAsync(batch, cancellationToken);
            await metrics.Lake.ObserveAsync(finding, lines: 0, cancellationToken);
            var quarantined = await finding;
            var decoded = received.Without(quarantined);
            var began = observer.Timestamp;
            var stored = await lookupTable.WriteAsync(decoded.Versions, trace, cancellationToken);
            var done = stored.LowestFailedRecord ?? batch.Count;

            PurchaseVersion[] versions =
            [
                .. decoded.Versions.Where(version => version.RecordIndex < done && !stored.TooLarge.Contains(version)),
            ];
            QuarantinedBytes[] rejects =
            [
                .. decoded.Rejects.Where(reject => reject.RecordIndex < done).Select(reject => reject.Bytes),
                .. stored.TooLarge.Where(version => version.RecordIndex < done).Select(TooLarge),
            ];
            var lines = versions.Sum(version => (long)version.Accepted.Purchase.Lines.Count);
            metrics.LookupTable.RecordCall(lines, stored.Failure, began);
            await metrics.Lake.ObserveAsync(
                quarantine.WriteAsync(rejects, cancellationToken),
                lines: 0,
                cancellationToken
            );
            // Name the object after the first record received, even if none of it is stored: every attempt must use the
            // same name, and another attempt may store a different part.
            if (received.Versions.Count > 0 && received.Versions[0].RecordIndex < done)
                await metrics.Lake.ObserveAsync(
                    lake.WriteAsync(received.Versions[0].Record, versions, lease, cancellationToken),
                    lines,
                    cancellationToken
                );
            await metrics.Warehouse.ObserveAsync(
                warehouse.WriteAsync(versions, cancellationToken),
                lines,
                cancellationToken
            );

            metrics.AddProcessed(done, lines);
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

    /// <summary>Writes a record that the event source discards to quarantine, whole.</summary>
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
        if (RecordDecoder.Decode([record]).Versions is not [])
            await lake.WriteAsync(record, [], lease, cancellationToken);
    }

    /// <summary>
    /// Writes a quarantine entry to the stores at its original position in the stream, so that newer versions there
    /// stay. Invalid or oversized lines of a whole record become separate entries.
    /// </summary>
    /// <param name="record">The record, with the bytes to retry as its data.</param>
    /// <param name="ordinal">The entry's line in the record; null for the whole record.</param>
    /// <param name="decoded">The decoded bytes; a single line keeps its ordinal.</param>
    /// <param name="cancellationToken">Aborts the attempt, which can be repeated.</param>
    /// <returns>False, without any change, if the entry's line is still too large for its item.</returns>
    public async Task<bool> RetryEntryAsync(
        StreamRecord record,
        int? ordinal,
        DecodedBatch decoded,
        CancellationToken cancellationToken
    )
    {
        var stored = await lookupTable.WriteAsync(decoded.Versions, cancellationToken);
        if (stored.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        if (ordinal is not null && stored.TooLarge.Count > 0)
            return false;

        PurchaseVersion[] versions = [.. decoded.Versions.Where(version => !stored.TooLarge.Contains(version))];
        await quarantine.WriteAsync(
            [.. decoded.Rejects.Select(reject => reject.Bytes), .. stored.TooLarge.Select(TooLarge)],
            cancellationToken
        );
        await lake.WriteRetriedAsync(record, ordinal, versions, cancellationToken);
        await warehouse.WriteAsync(versions, cancellationToken);
        return true;
    }

    private static QuarantinedBytes TooLarge(PurchaseVersion version) =>
        new(QuarantineReason.ItemTooLarge, version.Record, version.Ordinal, version.Json)
        {
            PurchaseId = version.Accepted.Purchase.PurchaseId,
        };
}
