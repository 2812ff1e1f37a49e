using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;
using Pos.Contracts;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;
using Pos.Storage.LookupTable;

namespace Pos.Processor.LookupTable;

/// <summary>Result of writing a batch to the lookup table.</summary>
/// <param name="LowestFailedRecord">Index of the first record in the batch that is not completely stored; null if all
/// are.</param>
/// <param name="Failure">One of the failures; null if there was none.</param>
/// <param name="TooLarge">Versions left out because their purchase would exceed the size of an item.</param>
internal sealed record LookupTableResult(
    int? LowestFailedRecord,
    Exception? Failure,
    IReadOnlySet<PurchaseVersion> TooLarge
);

/// <summary>
/// Stores, for each purchase, the newest header and the newest version of each line, regardless of the order and the
/// number of deliveries. The newest is the one with the greatest position.
/// </summary>
/// <remarks>
/// Most updates are one conditional write, which succeeds if nothing in the item is newer than the update. Otherwise,
/// and for purchases too long for one expression, the sink reads the item, merges it line by line, and writes it on
/// condition that its revision has not changed.
/// </remarks>
internal sealed class LookupTableSink(
    IAmazonDynamoDB dynamo,
    PosResources resources,
    IOptions<LookupTableOptions> options,
    TimeProvider time
) : IDisposable
{
    private readonly SemaphoreSlim _writes = new(options.Value.MaximumConcurrentWrites);

    public Task<LookupTableResult> WriteAsync(
        IReadOnlyList<PurchaseVersion> versions,
        CancellationToken cancellationToken
    ) => WriteAsync(versions, trace: null, cancellationToken);

    /// <summary>Writes the purchase versions of a batch.</summary>
    /// <param name="versions">In any order.</param>
    /// <param name="trace">The batch's trace; gets a span for each sampled purchase. Null if there is none.</param>
    public async Task<LookupTableResult> WriteAsync(
        IReadOnlyList<PurchaseVersion> versions,
        BatchTrace? trace,
        CancellationToken cancellationToken
    )
    {
        var tooLarge = new ConcurrentBag<PurchaseVersion>();
        var lowestFailed = int.MaxValue;
        Exception? failure = null;
        var gate = new Lock();

        var parallelism = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Value.MaximumConcurrentWrites,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(PurchaseUpdate.Merge(versions), parallelism, async (update, cancel) =>
        {
            // Records after the first failure will be redelivered.
            if (update.FirstRecordIndex > Volatile.Read(ref lowestFailed))
                return;
            await _writes.WaitAsync(cancel);
            using var span = UpdateTrace.Start(trace, resources.LookupTable, update);
            try
            {
                await WriteAsync(update, tooLarge, cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                span.SetFailure(e);
                lock (gate)
                {
                    failure ??= e;
                    lowestFailed = Math.Min(lowestFailed, update.FirstRecordIndex);
                }
            }
            finally
            {
                _writes.Release();
            }
        });
        return new(
            failure is null ? null : lowestFailed,
            failure,
            tooLarge.ToHashSet<PurchaseVersion>(ReferenceEqualityComparer.Instance)
        );
    }

    /// <summary>Returns true if the version fits into its purchase's item as it is now.</summary>
    public async Task<bool> FitsAsync(PurchaseVersion version, CancellationToken cancellationToken)
    {
        var update = PurchaseUpdate.Merge([version])[0];
        var stored = StoredPurchase.Parse(await ReadAsync(update.PurchaseId, cancellationToken));
        return stored.HasCapacityFor(stored.NewerLines(update));
    }

    /// <summary>Returns true if an item contains a header or line from one of the versions.</summary>
    public async Task<bool> ContainsAnyAsync(
        IReadOnlyList<PurchaseVersion> versions,
        CancellationToken cancellationToken
    )
    {
        foreach (var update in PurchaseUpdate.Merge(versions))
            if (StoredPurchase.Parse(await ReadAsync(update.PurchaseId, cancellationToken)).HasAnyOf(update))
                return true;
        return false;
    }

    private async Task WriteAsync(
        PurchaseUpdate update,
        ConcurrentBag<PurchaseVersion> tooLarge,
        CancellationToken cancellationToken
    )
    {
        if (await TryWriteAsync(update, cancellationToken))
            return;
        // Write each version separately, so that those that fit are stored.
        foreach (var single in update.Split())
            if (update.Posts.Count == 1 || !await TryWriteAsync(single, cancellationToken))
                tooLarge.Add(single.Newest);
    }

    /// <summary>Returns false, without a write, if the item would exceed DynamoDB's limit.</summary>
    private async Task<bool> TryWriteAsync(PurchaseUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            return (update.Lines.Count <= UpdateExpression.MaxLines && await TrySetAsync(update, cancellationToken))
                || await MergeAsync(update, cancellationToken);
        }
        // DynamoDB has no exception type for "Item size to update has exceeded the maximum allowed size".
        catch (AmazonDynamoDBException e)
            when (e.ErrorCode == "ValidationException" && e.Message.Contains("Item size", StringComparison.Ordinal))
        {
            return false;
        }
    }

    /// <summary>Returns false if the item contains something newer.</summary>
    private async Task<bool> TrySetAsync(PurchaseUpdate update, CancellationToken cancellationToken)
    {
        var expression = new UpdateExpression().Header(update.Newest);
        foreach (var line in update.Lines.Values)
            expression.Line(line);
        return await TryUpdateAsync(
            expression.UnlessNewerThan(resources, update.PurchaseId, update.OldestPosition),
            cancellationToken
        );
    }

    /// <summary>Returns false if the merged item would be too large.</summary>
    private async Task<bool> MergeAsync(PurchaseUpdate update, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(5, 100, time);
        for (var attempt = 1; attempt <= options.Value.MaximumMergeAttempts; attempt++)
        {
            var stored = StoredPurchase.Parse(await ReadAsync(update.PurchaseId, cancellationToken));
            var lines = stored.NewerLines(update);
            if (!stored.HasCapacityFor(lines))
                return false;
            if (await TryMergeAsync(update, stored, lines, cancellationToken))
                return true;
            await backoff.WaitAsync(cancellationToken);
        }
        throw new LookupMergeContendedException(update.PurchaseId, options.Value.MaximumMergeAttempts);
    }

    /// <summary>
    /// Returns false if another writer changed the item meanwhile. The chunks written until then are correct but
    /// incomplete.
    /// </summary>
    private async Task<bool> TryMergeAsync(
        PurchaseUpdate update,
        StoredPurchase stored,
        IReadOnlyList<LookupLine> lines,
        CancellationToken cancellationToken
    )
    {
        var revision = stored.Revision;
        // Write the header first: its position prevents older versions from overwriting the lines that follow.
        var header = stored.HasOlderHeaderThan(update);
        foreach (var chunk in lines.Chunk(UpdateExpression.MaxLines).DefaultIfEmpty([]))
        {
            if (!header && chunk is [])
                return true;
            var expression = new UpdateExpression();
            if (header)
                expression.Header(update.Newest);
            foreach (var line in chunk)
                expression.Line(line);
            if (
                !await TryUpdateAsync(
                    expression.IfUnchangedSince(resources, update.PurchaseId, revision++),
                    cancellationToken
                )
            )
                return false;
            header = false;
        }
        return true;
    }

    private async Task<Dictionary<string, AttributeValue>?> ReadAsync(
        string purchaseId,
        CancellationToken cancellationToken
    )
    {
        var request = new GetItemRequest
        {
            TableName = resources.LookupTable,
            Key = LookupTableSchema.Key(purchaseId),
            ConsistentRead = true,
        };
        return (
            await RetryThrottledAsync(() => dynamo.GetItemAsync(request, cancellationToken), cancellationToken)
        ).Item;
    }

    private async Task<bool> TryUpdateAsync(UpdateItemRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await RetryThrottledAsync(() => dynamo.UpdateItemAsync(request, cancellationToken), cancellationToken);
            return true;
        }
        catch (ConditionalCheckFailedException)
        {
            return false;
        }
    }

    /// <summary>
    /// Retries a throttled request, so that one hot item does not cause redelivery of the whole batch. The request
    /// keeps its slot among the concurrent writes, so that a throttled table gets fewer.
    /// </summary>
    private Task<T> RetryThrottledAsync<T>(Func<Task<T>> request, CancellationToken cancellationToken)
    {
        var first = options.Value.ThrottleBackoffMilliseconds;
        return ThrottlingRetry.RunAsync(
            request,
            options.Value.MaximumThrottledAttempts,
            new Backoff(first, first << options.Value.MaximumThrottledAttempts, time),
            cancellationToken
        );
    }

    public void Dispose() => _writes.Dispose();
}

/// <summary>Other writers changed an item during every attempt to merge it.</summary>
internal sealed class LookupMergeContendedException(string purchaseId, int attempts)
    : StoreUnavailableException(
        $"Other writers changed purchase '{purchaseId}' in the lookup table during each of {attempts} merges."
    );
