using System.Net;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>A shard of a stream.</summary>
/// <param name="Parents">Ids of the shards that it was split or merged from.</param>
internal sealed record StreamShard(string ShardId, IReadOnlyList<string> Parents);

/// <summary>Result of one read of a shard.</summary>
/// <param name="Records">In the order of the shard; may be empty.</param>
/// <param name="NextIterator">Null when the shard is closed and read to its end.</param>
/// <param name="MillisBehindLatest">Milliseconds that the read was behind the shard's newest record.</param>
internal sealed record ShardRead(IReadOnlyList<StreamRecord> Records, string? NextIterator, long MillisBehindLatest);

/// <summary>Reads a stream for an event source mapping. Throws the SDK's exceptions.</summary>
internal interface IShardStream
{
    Task<IReadOnlyList<StreamShard>> ListShardsAsync(CancellationToken cancellationToken);

    /// <summary>Returns an iterator that starts after the checkpoint.</summary>
    Task<string> GetIteratorAsync(string shardId, string checkpoint, CancellationToken cancellationToken);

    /// <summary>Reads up to <paramref name="limit"/> records, 1 to 10,000.</summary>
    Task<ShardRead> ReadAsync(string shardId, string iterator, int limit, CancellationToken cancellationToken);
}

internal sealed class KinesisShardStream(IAmazonKinesis kinesis, PosResources resources) : IShardStream
{
    // A page has up to 1,000 shards. An account has up to 20,000 by default.
    private const int MaxPages = 100;
    private const int ListAttempts = 3;

    public async Task<IReadOnlyList<StreamShard>> ListShardsAsync(CancellationToken cancellationToken)
    {
        var shards = new List<StreamShard>();
        string? next = null;
        for (var pages = 1; ; pages++)
        {
            var page = await ListPageAsync(
                next is null ? new() { StreamName = resources.Stream } : new ListShardsRequest { NextToken = next },
                cancellationToken
            );
            foreach (var shard in page.Shards ?? [])
                shards.Add(
                    new(
                        shard.ShardId,
                        [
                            .. new[] { shard.ParentShardId, shard.AdjacentParentShardId }.Where(parent =>
                                parent is not null
                            ),
                        ]
                    )
                );
            next = page.NextToken;
            if (next is null)
                return shards;
            if (pages == MaxPages)
                throw new InvalidOperationException(
                    $"Stream {resources.Stream} lists its shards in more than {MaxPages} pages, which is the limit."
                );
        }
    }

    /// <remarks>The client does not retry, because the reader limits itself and counts each throttled read.</remarks>
    private async Task<ListShardsResponse> ListPageAsync(ListShardsRequest request, CancellationToken cancellationToken)
    {
        var backoff = new Backoff(100, 1_000, TimeProvider.System);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await kinesis.ListShardsAsync(request, cancellationToken);
            }
            catch (AmazonServiceException e)
                when (attempt < ListAttempts
                    && (e is LimitExceededException || e.StatusCode >= HttpStatusCode.InternalServerError)
                )
            {
                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    public async Task<string> GetIteratorAsync(string shardId, string checkpoint, CancellationToken cancellationToken)
    {
        var request = new GetShardIteratorRequest { StreamName = resources.Stream, ShardId = shardId };
        if (checkpoint == Checkpoint.TrimHorizon)
        {
            request.ShardIteratorType = ShardIteratorType.TRIM_HORIZON;
        }
        else if (Checkpoint.TryGetTime(checkpoint, out var time))
        {
            request.ShardIteratorType = ShardIteratorType.AT_TIMESTAMP;
            request.Timestamp = time.UtcDateTime;
        }
        else
        {
            request.ShardIteratorType = ShardIteratorType.AFTER_SEQUENCE_NUMBER;
            request.StartingSequenceNumber = checkpoint;
        }
        return (await kinesis.GetShardIteratorAsync(request, cancellationToken)).ShardIterator;
    }

    public async Task<ShardRead> ReadAsync(
        string shardId,
        string iterator,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var response = await kinesis.GetRecordsAsync(
            new GetRecordsRequest { ShardIterator = iterator, Limit = limit },
            cancellationToken
        );
        return new(
            [.. (response.Records ?? []).Select(record => ToStreamRecord(shardId, record))],
            response.NextShardIterator,
            response.MillisBehindLatest ?? 0
        );
    }

    private static StreamRecord ToStreamRecord(string shardId, Record record) =>
        new(
            shardId,
            record.SequenceNumber,
            record.PartitionKey,
            new(DateTime.SpecifyKind(record.ApproximateArrivalTimestamp!.Value.ToUniversalTime(), DateTimeKind.Utc)),
            record.Data.TryGetBuffer(out var buffer) ? buffer : record.Data.ToArray()
        );
}
