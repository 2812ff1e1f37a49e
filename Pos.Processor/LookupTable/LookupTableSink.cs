using System.Collections.Concurrent;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Options;
using Pos.Contracts;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;
using Pos.Storage.LookupTable;

namespace Pos.Processor.LookupTable;

/// <summary>What became of a batch's posts in the lookup table.</summary>
/// <param name="LowestFailedRecord">Index of the first record of the batch that is not all there; null when every one
/// is.</param>
/// <param name="Failure">Why, for one of those that failed.</param>
/// <param name="TooLarge">Posts that were left out, as no item can hold their purchase.</param>
internal sealed record LookupTableResult(
    int? LowestFailedRecord,
    Exception? Failure,
    IReadOnlySet<PurchaseVersion> TooLarge
);

/// <summary>
/// Keeps, for each purchase, the header of the newest post and the newest version of each line, in whatever order posts
/// arrive and however often. "Newest" is the greatest position.
/// </summary>
/// <remarks>
/// The usual update is one conditional write: when all that the item holds is as old as the update or older, whatever
/// the update brings may be set. Otherwise (a post older than one that is there already, or a purchase too long for one
/// expression) the item is read, merged line by line, and written on condition that its revision is still the one read.
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
        IReadOnlyList<PurchaseVersion> posts,
        CancellationToken cancellationToken
    ) => WriteAsync(posts, trace: null, cancellationToken);

    /// <summary>Writes a batch's posts.</summary>
    /// <param name="posts">In any order.</param>
    /// <param name="trace">Gets a span for each of its purchases; null when there is none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<LookupTableResult> WriteAsync(
        IReadOnlyList<PurchaseVersion> posts,
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
        await Parallel.ForEachAsync(PurchaseUpdate.Merge(posts), parallelism, async (update, cancel) =>
        {
            // What follows the first failure will be delivered again.
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

    /// <summary>Whether the post would fit into its purchase's item as it is now.</summary>
    public async Task<bool> FitsAsync(PurchaseVersion post, CancellationToken cancellationToken)
    {
        var update = PurchaseUpdate.Merge([post])[0];
        var stored = StoredPurchase.Parse(await ReadAsync(update.PurchaseId, cancellationToken));
        return stored.HasCapacityFor(stored.NewerLines(update));
    }

    /// <summary>Whether an item has anything that one of the posts brought.</summary>
    public async Task<bool> HasAnyOfAsync(IReadOnlyList<PurchaseVersion> posts, CancellationToken cancellationToken)
    {
        foreach (var update in PurchaseUpdate.Merge(posts))
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
        // Each post on its own: those that still fit do not share the fate of the one that does not.
        foreach (var single in update.Split())
            if (update.Posts.Count == 1 || !await TryWriteAsync(single, cancellationToken))
                tooLarge.Add(single.Newest);
    }

    /// <summary>False when the item would outgrow DynamoDB's limit; then nothing was written.</summary>
    private async Task<bool> TryWriteAsync(PurchaseUpdate update, CancellationToken cancellationToken)
    {
        try
        {
            return (update.Lines.Count <= UpdateExpression.MaxLines && await TrySetAsync(update, cancellationToken))
                || await MergeAsync(update, cancellationToken);
        }
        // "Item size to update has exceeded the maximum allowed size" has no exception type of its own.
        catch (AmazonDynamoDBException e)
            when (e.ErrorCode == "ValidationException" && e.Message.Contains("Item size", StringComparison.Ordinal))
        {
            return false;
        }
    }

    /// <summary>False when the item holds something newer.</summary>
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

    /// <summary>False when the item has no room.</summary>
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
    /// False when somebody else wrote the item meanwhile; what was written until then is right, only not all.
    /// </summary>
    private async Task<bool> TryMergeAsync(
        PurchaseUpdate update,
        StoredPurchase stored,
        IReadOnlyList<LookupLine> lines,
        CancellationToken cancellationToken
    )
    {
        var revision = stored.Revision;
        // The header goes first: it carries the position, which keeps older posts from being set over lines that are
        // here already.
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

    /// <summary>Repeats a throttled request: a hot item must not cause a redelivery of the whole batch. The request
    /// keeps its place among the concurrent writes meanwhile, so that a throttled table gets fewer.</summary>
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

/// <summary>Other writers changed an item between every read and write of a merge.</summary>
internal sealed class LookupMergeContendedException(string purchaseId, int attempts)
    : StoreUnavailableException(
        $"Purchase '{purchaseId}' was changed by other writers during each of {attempts} merges."
    );
