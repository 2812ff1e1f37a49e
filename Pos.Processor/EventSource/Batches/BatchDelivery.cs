using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Processor.Quarantine;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.EventSource.Batches;

/// <summary>Calls a function with a batch until every record is processed or discarded, as Lambda does.</summary>
/// <param name="lane">Identifies the delivery in the shard's status: see <see cref="ShardLanes"/>.</param>
internal sealed class BatchDelivery(
    IBatchHandler handler,
    HeldLease lease,
    ShardStatus status,
    int lane,
    MappingRuntime runtime
)
{
    private readonly EventSourceMappingOptions _options = runtime.Options;
    private readonly Backoff _backoff = runtime.RetryBackoff();

    /// <param name="batch">At least one record.</param>
    /// <param name="checkpoint">Called with each sequence number up to which all records are processed.</param>
    /// <param name="stopping">Ends pauses and prevents further calls.</param>
    /// <param name="aborting">Cancels the running call.</param>
    public async Task DeliverAsync(
        IReadOnlyList<StreamRecord> batch,
        Func<string, Task> checkpoint,
        CancellationToken stopping,
        CancellationToken aborting
    )
    {
        var parts = new Stack<ArraySegment<StreamRecord>>();
        parts.Push(new([.. batch]));
        var failures = 0; // Failures of the first unprocessed record.
        while (parts.TryPop(out var part))
        {
            stopping.ThrowIfCancellationRequested();
            if (await DiscardExpiredAsync(part, aborting) is var expired and > 0)
            {
                await CompleteAsync(part[..expired], checkpoint);
                Push(parts, part[expired..]);
                failures = 0;
                continue;
            }

            var (done, cause) = await CallAsync(part, aborting);
            if (done > 0)
            {
                runtime.Metrics.AddBatch();
                await CompleteAsync(part[..done], checkpoint);
                failures = 0;
            }
            if (cause is null)
            {
                status.ReportRecovery(lane);
                continue;
            }

            part = part[done..];
            status.ReportFailure(lane, part[0].SequenceNumber, cause);
            if (_options.BisectBatchOnFunctionError && (done > 0 || part.Count > 1))
            {
                // Lambda: "Splitting batches doesn't consume the retry quota." A batch that succeeded in part "is
                // bisected at the returned sequence number, and Lambda retries only the remaining records".
                runtime.Metrics.AddBisect();
                var middle = done > 0 ? 0 : part.Count / 2;
                Push(parts, part[middle..]);
                Push(parts, part[..middle]);
                continue;
            }
            failures++;
            if (_options.MaximumRetryAttempts >= 0 && failures > _options.MaximumRetryAttempts)
            {
                await DiscardAsync(part, QuarantineReason.RetriesExhausted, aborting);
                await CompleteAsync(part, checkpoint);
                failures = 0;
                continue;
            }

            Push(parts, part);
            runtime.Metrics.AddRetry();
            await _backoff.WaitAsync(stopping);
        }
    }

    private async Task CompleteAsync(ArraySegment<StreamRecord> records, Func<string, Task> checkpoint)
    {
        await checkpoint(records[^1].SequenceNumber);
        status.Complete(records.Count);
        _backoff.Reset();
    }

    /// <summary>Returns how many leading records are processed, and the cause if not all are.</summary>
    private async Task<(int Done, Exception? Cause)> CallAsync(
        ArraySegment<StreamRecord> part,
        CancellationToken aborting
    )
    {
        BatchResponse response;
        try
        {
            response = await handler.HandleAsync(part, lease, aborting);
        }
        catch (Exception e) when (e is not LeaseLostException)
        {
            aborting.ThrowIfCancellationRequested();
            return (0, e);
        }
        // Lambda ignores the response without ReportBatchItemFailures. With it, a missing response, and one without a
        // list, count as success.
        if (
            !_options.FunctionResponseTypes.Contains(FunctionResponseType.ReportBatchItemFailures)
            || response?.BatchItemFailures is null or []
        )
            return (part.Count, null);

        var lowest = part.Count;
        foreach (var failure in response.BatchItemFailures)
        {
            var index = part.TakeWhile(record => record.SequenceNumber != failure.ItemIdentifier).Count();
            // Lambda fails the whole batch if an identifier is empty, null or not in the batch.
            lowest = index == part.Count ? 0 : Math.Min(lowest, index);
        }
        return (lowest, response.Cause ?? new BatchItemFailureException(part[lowest].SequenceNumber));
    }

    private async Task<int> DiscardExpiredAsync(ArraySegment<StreamRecord> part, CancellationToken aborting)
    {
        if (_options.MaximumRecordAgeInSeconds < 0)
            return 0;
        var oldest = runtime.Time.GetUtcNow().AddSeconds(-_options.MaximumRecordAgeInSeconds);
        var expired = part.TakeWhile(record => record.ArrivedAt < oldest).Count();
        await DiscardAsync(part[..expired], QuarantineReason.RecordExpired, aborting);
        return expired;
    }

    private async Task DiscardAsync(
        ArraySegment<StreamRecord> part,
        QuarantineReason reason,
        CancellationToken aborting
    )
    {
        foreach (var record in part)
        {
            while (true)
            {
                try
                {
                    await handler.DiscardAsync(record, reason, lease, aborting);
                    break;
                }
                catch (Exception e) when (e is not LeaseLostException && !aborting.IsCancellationRequested)
                {
                    // Never drop a discarded record: the shard waits until the on-failure destination accepts it.
                    status.ReportFailure(lane, record.SequenceNumber, e);
                    await _backoff.WaitAsync(aborting);
                }
            }
        }
        if (part.Count > 0)
            status.ReportRecovery(lane);
    }

    private static void Push(Stack<ArraySegment<StreamRecord>> parts, ArraySegment<StreamRecord> part)
    {
        if (part.Count > 0)
            parts.Push(part);
    }
}

/// <summary>The function reported a record as failed without giving a cause.</summary>
internal sealed class BatchItemFailureException(string sequenceNumber)
    : Exception($"The function reported record {sequenceNumber} as failed.");
