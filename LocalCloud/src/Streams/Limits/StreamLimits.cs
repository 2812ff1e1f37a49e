using LocalCloud.Protocol;
using Microsoft.Extensions.Options;

namespace LocalCloud.Streams.Limits;

/// <summary>
/// Enforces AWS's limits on shards and calls if <see cref="LocalCloudOptions.EnforceLimits"/> is set.
/// </summary>
internal sealed class StreamLimits(IOptions<LocalCloudOptions> options, TimeProvider time)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    // Kinesis "Quotas and limits", control plane: calls per second and account. The 1,000 of ListShards are per stream
    // in AWS.
    private static readonly Dictionary<string, int> s_callsPerSecond = new(StringComparer.Ordinal)
    {
        ["AddTagsToStream"] = 5,
        ["CreateStream"] = 5,
        ["DecreaseStreamRetentionPeriod"] = 5,
        ["DeleteStream"] = 5,
        ["DescribeLimits"] = 1,
        ["DescribeStream"] = 10,
        ["DescribeStreamSummary"] = 20,
        ["IncreaseStreamRetentionPeriod"] = 5,
        ["ListShards"] = 1000,
        ["ListStreams"] = 5,
        ["ListTagsForResource"] = 5,
        ["ListTagsForStream"] = 5,
        ["MergeShards"] = 5,
        ["RemoveTagsFromStream"] = 5,
        ["SplitShard"] = 5,
        ["TagResource"] = 5,
        ["UntagResource"] = 5,
        ["UpdateShardCount"] = 5,
        ["UpdateStreamMode"] = 5,
    };

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RateBucket> _calls = new(StringComparer.Ordinal);

    public bool Enforced { get; } = options.Value.EnforceLimits;

    /// <exception cref="AwsException">LimitExceededException: too many calls of the operation per second.</exception>
    public void CountCall(string operation)
    {
        if (!Enforced || !s_callsPerSecond.TryGetValue(operation, out var rate))
            return;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var bucket = _calls.TryGetValue(operation, out var known) ? known : new RateBucket(rate, s_second, now);
            var taken = bucket.TryTake(1, now);
            _calls[operation] = bucket;
            if (!taken)
                throw new AwsException(
                    "LimitExceededException",
                    $"Rate exceeded for {operation} under account {options.Value.AccountId}."
                );
        }
    }

    /// <summary>Marks the records that exceed their shards' limits and returns their number.</summary>
    public int Throttle(DataStream stream, PutBatch batch)
    {
        if (!Enforced)
            return 0;
        var (open, now, throttled) = (stream.State.OpenShards, time.GetUtcNow(), 0);
        foreach (ref var entry in batch.Entries)
        {
            entry.Shard = open[StreamState.Route(open, entry.HashKey)].Number;
            entry.Throttled = !GetThroughput(stream, entry.Shard, now).TryPut(entry.KeyBytes + entry.DataBytes, now);
            throttled += entry.Throttled ? 1 : 0;
        }
        return throttled;
    }

    /// <summary>Marks the records that an injected fault throttles. Returns the number of all marked records.</summary>
    public static int Throttle(DataStream stream, PutBatch batch, bool[] isThrottled)
    {
        var (open, throttled) = (stream.State.OpenShards, 0);
        for (var i = 0; i < isThrottled.Length; i++)
        {
            ref var entry = ref batch.Entries[i];
            entry.Shard = open[StreamState.Route(open, entry.HashKey)].Number;
            entry.Throttled |= isThrottled[i];
            throttled += entry.Throttled ? 1 : 0;
        }
        return throttled;
    }

    /// <exception cref="AwsException">ProvisionedThroughputExceededException</exception>
    public void CountIterator(DataStream stream, int shard) =>
        ThrowUnless(
            !Enforced || (time.GetUtcNow() is var now && GetThroughput(stream, shard, now).TryGetIterator(now)),
            stream,
            shard
        );

    /// <exception cref="AwsException">ProvisionedThroughputExceededException</exception>
    public void CountRead(DataStream stream, int shard) =>
        ThrowUnless(
            !Enforced || (time.GetUtcNow() is var now && GetThroughput(stream, shard, now).TryRead(now)),
            stream,
            shard
        );

    public void CountReadBytes(DataStream stream, int shard, long bytes)
    {
        if (Enforced && time.GetUtcNow() is var now)
            GetThroughput(stream, shard, now).CountBytesRead(bytes, now);
    }

    public AwsException Exceeded(DataStream stream, int shard) =>
        new("ProvisionedThroughputExceededException", Message(stream, shard));

    public string Message(DataStream stream, int shard) =>
        $"Rate exceeded for shard {Shard.IdOf(shard)} in stream {stream.State.Name} "
        + $"under account {options.Value.AccountId}.";

    private void ThrowUnless(bool allowed, DataStream stream, int shard)
    {
        if (!allowed)
            throw Exceeded(stream, shard);
    }

    private static ShardThroughput GetThroughput(DataStream stream, int shard, DateTimeOffset now) =>
        stream.Throughput.GetOrAdd(shard, static (_, now) => new ShardThroughput(now), now);
}
