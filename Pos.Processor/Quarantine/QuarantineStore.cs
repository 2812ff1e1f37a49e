using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.S3;
using Amazon.S3.Model;
using Pos.Processor.EventSource;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.Quarantine;

/// <summary>
/// Stores records and lines that the stores cannot take: the raw bytes, and an entry with the reason and origin.
/// Objects are never overwritten or deleted. The first writer of an object wins, and later writers use what it wrote.
/// </summary>
internal sealed partial class QuarantineStore(
    IAmazonS3 s3,
    PosResources resources,
    TimeProvider time,
    ProcessorMetrics metrics,
    ILogger<QuarantineStore> logger
)
{
    private const int ConcurrentWrites = 8;

    /// <summary>Adds entries. Existing entries, open or closed, do not change.</summary>
    public async Task WriteAsync(IReadOnlyCollection<QuarantinedBytes> rejects, CancellationToken cancellationToken)
    {
        var parallelism = new ParallelOptions
        {
            MaxDegreeOfParallelism = ConcurrentWrites,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(rejects, parallelism, async (bytes, cancel) =>
        {
            // Write the bytes first, so that an entry always has its bytes.
            await TryAddAsync(
                QuarantineKeys.Key(bytes.Id, QuarantineKeys.Raw),
                "application/octet-stream",
                bytes.Raw.ToArray(),
                cancel
            );
            var entry = QuarantineEntry.From(bytes, resources.Stream, time.GetUtcNow());
            if (
                await TryAddAsync(
                    QuarantineKeys.EntryKey(bytes.Id, bytes.Reason),
                    "application/json",
                    JsonSerializer.SerializeToUtf8Bytes(entry, QuarantineJsonContext.Default.QuarantineEntry),
                    cancel
                )
            )
            {
                metrics.AddQuarantined(bytes.Reason);
                LogQuarantined(
                    logger,
                    bytes.Id,
                    QuarantineKeys.NameOf(bytes.Reason),
                    bytes.Record.ShardId,
                    bytes.Record.SequenceNumber,
                    bytes.PurchaseId
                );
            }
        });
    }

    /// <summary>
    /// Returns the ids of all entries, open and closed, that arrived in the same period as the batch. Usually there are
    /// none, which costs one request to S3.
    /// </summary>
    public async Task<IReadOnlySet<string>> FindAsync(
        IReadOnlyList<StreamRecord> batch,
        CancellationToken cancellationToken
    )
    {
        var newest = QuarantineKeys.Countdown(batch.Max(record => record.ArrivedAt));
        var oldest = QuarantineKeys.Countdown(batch.Min(record => record.ArrivedAt));
        var ids = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in ScanAsync(newest, oldest, cancellationToken))
            ids.Add(entry.Id);
        return ids;
    }

    /// <summary>Lists entries by their keys alone, newest first.</summary>
    /// <param name="after">Starts after this id, or with the first entry of the millisecond of this countdown.</param>
    /// <param name="oldest">Countdown of the oldest millisecond to list; null lists all.</param>
    public async IAsyncEnumerable<ListedEntry> ScanAsync(
        string? after,
        string? oldest,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var request = new ListObjectsV2Request
        {
            BucketName = resources.LakeBucket,
            Prefix = QuarantineKeys.Prefix,
            // '~' is greater than every character that can follow an id in a key.
            StartAfter = after is null
                ? null
                : QuarantineKeys.Prefix + (QuarantineKeys.IsId(after) ? after + "~" : after),
        };
        ListedEntry? entry = null;
        ListObjectsV2Response page;
        do
        {
            page = await s3.ListObjectsV2Async(request, cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                if (!QuarantineKeys.TryParse(found.Key, out var id, out var part, out var reason))
                    continue;
                if (oldest is not null && string.CompareOrdinal(id[..oldest.Length], oldest) > 0)
                {
                    page = new() { IsTruncated = false };
                    break;
                }
                if (entry?.Id != id)
                {
                    if (entry?.IsWritten is true)
                        yield return entry;
                    entry = new(id);
                }
                entry.Add(part, reason);
            }
            request.ContinuationToken = page.NextContinuationToken;
        } while (page.IsTruncated is true);
        if (entry?.IsWritten is true)
            yield return entry;
    }

    /// <summary>Returns null if there is no such entry.</summary>
    public async Task<StoredEntry?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (!QuarantineKeys.IsId(id))
            return null;
        var keys = await s3.ListObjectsV2Async(
            new() { BucketName = resources.LakeBucket, Prefix = QuarantineKeys.Key(id, "") },
            cancellationToken
        );
        var listed = new ListedEntry(id);
        foreach (var found in keys.S3Objects ?? [])
            if (QuarantineKeys.TryParse(found.Key, out _, out var part, out var reason))
                listed.Add(part, reason);
        return listed.IsWritten ? await ReadAsync(listed, cancellationToken) : null;
    }

    public async Task<StoredEntry> ReadAsync(ListedEntry listed, CancellationToken cancellationToken)
    {
        var entry = await ReadAsync(
            QuarantineKeys.EntryKey(listed.Id, listed.Reason!.Value),
            QuarantineJsonContext.Default.QuarantineEntry,
            cancellationToken
        );
        return new(
            listed.Id,
            entry,
            listed.HasDecision ? await ReadDecisionAsync(listed.Id, cancellationToken) : null,
            listed.Closed is QuarantineState.Replayed
        );
    }

    public Task<byte[]> ReadRawAsync(string id, CancellationToken cancellationToken) =>
        GetAsync(QuarantineKeys.Key(id, QuarantineKeys.Raw), cancellationToken);

    /// <summary>Stores the decision on an entry, unless it has one.</summary>
    /// <returns>The decision that is in force: this one or the earlier one.</returns>
    public async Task<QuarantineDecision> DecideAsync(
        string id,
        QuarantineDecision decision,
        CancellationToken cancellationToken
    ) =>
        await TryAddAsync(
            QuarantineKeys.Key(id, QuarantineKeys.Decision),
            "application/json",
            JsonSerializer.SerializeToUtf8Bytes(decision, QuarantineJsonContext.Default.QuarantineDecision),
            cancellationToken
        )
            ? decision
            : await ReadDecisionAsync(id, cancellationToken);

    /// <summary>Marks the entry as closed, so that listings need not read its decision.</summary>
    public Task CloseAsync(string id, QuarantineState state, CancellationToken cancellationToken) =>
        TryAddAsync(
            QuarantineKeys.Key(
                id,
                state is QuarantineState.Replayed ? QuarantineKeys.Replayed : QuarantineKeys.Discarded
            ),
            "text/plain",
            [],
            cancellationToken
        );

    public Task<QuarantineDecision> ReadDecisionAsync(string id, CancellationToken cancellationToken) =>
        ReadAsync(
            QuarantineKeys.Key(id, QuarantineKeys.Decision),
            QuarantineJsonContext.Default.QuarantineDecision,
            cancellationToken
        );

    private async Task<T> ReadAsync<T>(string key, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize(await GetAsync(key, cancellationToken), type)
        ?? throw new InvalidDataException($"Quarantine object {key} contains null instead of JSON.");

    private async Task<byte[]> GetAsync(string key, CancellationToken cancellationToken)
    {
        using var response = await s3.GetObjectAsync(
            new GetObjectRequest { BucketName = resources.LakeBucket, Key = key },
            cancellationToken
        );
        var content = new MemoryStream();
        await response.ResponseStream.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    /// <summary>Returns false if the object exists already.</summary>
    private async Task<bool> TryAddAsync(
        string key,
        string contentType,
        byte[] content,
        CancellationToken cancellationToken
    )
    {
        try
        {
            using var stream = new MemoryStream(content, writable: false);
            await s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = resources.LakeBucket,
                    Key = key,
                    ContentType = contentType,
                    InputStream = stream,
                    IfNoneMatch = "*",
                },
                cancellationToken
            );
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
    }

    [LoggerMessage(
        2052,
        LogLevel.Warning,
        "Quarantined entry {Id} ({QuarantineReason}): shard {ShardId}, record {SequenceNumber}, purchase {PurchaseId}"
    )]
    private static partial void LogQuarantined(
        ILogger logger,
        string id,
        string quarantineReason,
        string shardId,
        string sequenceNumber,
        string? purchaseId
    );
}
