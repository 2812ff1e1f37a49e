namespace LocalCloud.Streams;

/// <summary>Splits and merges shards on a copy of a stream's shard list.</summary>
internal sealed class Resharding(StreamState state, long nextOrdinal, long now)
{
    private readonly List<Shard> _shards = [.. state.Shards];
    private long _next = nextOrdinal;

    public StreamState Result => state with { Shards = _shards };

    public static IReadOnlyList<Shard> CreateInitial(int count, long now) =>
        [
            .. UniformRanges(count)
                .Select(
                    (range, i) =>
                        new Shard
                        {
                            Number = i,
                            StartingHashKey = range.Start,
                            EndingHashKey = range.End,
                            StartingOrdinal = i,
                            OpenedAt = now,
                        }
                ),
        ];

    /// <summary>Divides the hash key space into equal ranges. The last range includes the remainder.</summary>
    public static IEnumerable<(UInt128 Start, UInt128 End)> UniformRanges(int count)
    {
        // 2^128 / count, rounded down. UInt128 cannot represent 2^128, hence (2^128 − count) / count + 1.
        var size = count == 1 ? UInt128.MaxValue : (UInt128.MaxValue - (UInt128)(count - 1)) / (UInt128)count + 1;
        for (var i = 0; i < count; i++)
            yield return ((UInt128)i * size, i == count - 1 ? UInt128.MaxValue : (UInt128)(i + 1) * size - 1);
    }

    public void Split(Shard shard, UInt128 newStart)
    {
        Close(shard);
        Open(shard.StartingHashKey, newStart - 1, shard.Number, null);
        Open(newStart, shard.EndingHashKey, shard.Number, null);
    }

    public void Merge(Shard shard, Shard adjacent)
    {
        Close(shard);
        Close(adjacent);
        Open(
            Smaller(shard.StartingHashKey, adjacent.StartingHashKey),
            Larger(shard.EndingHashKey, adjacent.EndingHashKey),
            shard.Number,
            adjacent.Number
        );

        static UInt128 Smaller(UInt128 a, UInt128 b) => a < b ? a : b;
        static UInt128 Larger(UInt128 a, UInt128 b) => a < b ? b : a;
    }

    /// <summary>
    /// Splits shards at the bounds of the new ranges, then merges the shards within each range. UpdateShardCount
    /// creates such temporary shards, too.
    /// </summary>
    public void ScaleTo(int count)
    {
        foreach (var (start, end) in UniformRanges(count).ToList())
        {
            if (
                OpenShards().FirstOrDefault(shard => shard.StartingHashKey < start && start <= shard.EndingHashKey) is
                { } straddling
            )
                Split(straddling, start);
        }
        foreach (var (start, end) in UniformRanges(count).ToList())
        {
            while (
                OpenShards()
                    .Where(shard => shard.StartingHashKey >= start && shard.EndingHashKey <= end)
                    .Take(2)
                    .ToList()
                    is [var first, var second]
            )
                Merge(first, second);
        }
    }

    private IEnumerable<Shard> OpenShards() =>
        _shards.Where(shard => shard.EndingOrdinal is null).OrderBy(shard => shard.StartingHashKey);

    private void Close(Shard shard) =>
        _shards[_shards.IndexOf(shard)] = shard with { EndingOrdinal = _next++, ClosedAt = now };

    private void Open(UInt128 start, UInt128 end, int parent, int? adjacentParent) =>
        _shards.Add(
            new Shard
            {
                Number = _shards[^1].Number + 1,
                StartingHashKey = start,
                EndingHashKey = end,
                Parent = parent,
                AdjacentParent = adjacentParent,
                StartingOrdinal = _next++,
                OpenedAt = now,
            }
        );
}
