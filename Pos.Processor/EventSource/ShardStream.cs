using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Pos.Purchases;

namespace Pos.Processor.EventSource;

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

    Task<ShardRead> ReadAsync(string shardId, string iterator, CancellationToken cancellationToken);
}

internal sealed class KinesisShardStream(IAmazonKinesis kinesis, PosResources resources) : IShardStream
{
    public async Task<IReadOnlyList<StreamShard>> ListShardsAsync(CancellationToken cancellationToken)
    {
        var shards = new List<StreamShard>();
        string? next = null;
        do
        {
            var page = await kinesis.ListShardsAsync(
                next is null ? new() { StreamName = resources.Stream } : new ListShardsRequest { NextToken = next }, cancellationToken);
            foreach (var shard in page.Shards ?? [])
                shards.Add(new(shard.ShardId, [.. new[] { shard.ParentShardId, shard.AdjacentParentShardId }.Where(parent => parent is not null)]));
            next = page.NextToken;
        }
        while (next is not null);
        return shards;
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

    public async Task<ShardRead> ReadAsync(string shardId, string iterator, CancellationToken cancellationToken)
    {
        var response = await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = iterator }, cancellationToken);
        return new([.. (response.Records ?? []).Select(record => ToStreamRecord(shardId, record))], response.NextShardIterator, response.MillisBehindLatest ?? 0);
    }

    private static StreamRecord ToStreamRecord(string shardId, Record record) => new(
        shardId, record.SequenceNumber, record.PartitionKey,
        new(DateTime.SpecifyKind(record.ApproximateArrivalTimestamp!.Value.ToUniversalTime(), DateTimeKind.Utc)),
        record.Data.TryGetBuffer(out var buffer) ? buffer : record.Data.ToArray());
}
