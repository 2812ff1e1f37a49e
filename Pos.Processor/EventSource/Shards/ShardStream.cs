using System.Net;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <param name="ShardId">The shard.</param>
/// <param name="Parents">The shards that it was split or merged from.</param>
internal sealed record StreamShard(string ShardId, IReadOnlyList<string> Parents);

/// <param name="Records">In order; may be none.</param>
/// <param name="NextIterator">Null when the shard is closed and read to its end.</param>
/// <param name="MillisBehindLatest">How far the read was behind the shard's newest record.</param>
internal sealed record ShardRead(IReadOnlyList<StreamRecord> Records, string? NextIterator, long MillisBehindLatest);

/// <summary>The stream as an event source mapping sees it. Fails with the SDK's exceptions.</summary>
internal interface IShardStream
{
    Task<IReadOnlyList<StreamShard>> ListShardsAsync(CancellationToken cancellationToken);

    /// <summary>An iterator to the record after the checkpoint.</summary>
    Task<string> GetIteratorAsync(string shardId, string checkpoint, CancellationToken cancellationToken);

    /// <param name="shardId">The shard.</param>
    /// <param name="iterator">Where to read.</param>
    /// <param name="limit">Records, at most: 1 to 10,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ShardRead> ReadAsync(string shardId, string iterator, int limit, CancellationToken cancellationToken);
}

internal sealed class KinesisShardStream(IAmazonKinesis kinesis, PosResources resources) : IShardStream
{
    // A page has up to 1,000 shards, an account by default up to 20,000.
    private const int MaximumPages = 100;
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
            if (pages == MaximumPages)
                throw new InvalidOperationException(
                    $"The list of {resources.Stream}'s shards has more than {MaximumPages} pages."
                );
        }
    }

    /// <remarks>The client repeats nothing itself: reads have a pace of their own, and each throttle is to be
    /// seen.</remarks>
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
