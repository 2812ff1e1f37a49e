using System.Numerics;
using System.Text.Json.Nodes;

namespace LocalCloud.Tests.Streams;

/// <summary>The expected state of a stream, as lists in memory.</summary>
internal sealed class StreamModel(int shards)
{
    public const int RetentionMilliseconds = 24 * 3600 * 1000;

    public List<ModelShard> Shards { get; } =
    [
        .. Enumerable
            .Range(0, shards)
            .Select(i => new ModelShard(i, Bound(i, shards), unchecked(Bound(i + 1, shards) - 1), [])),
    ];
    public IEnumerable<ModelShard> Open => Shards.Where(shard => shard.ClosedAt is null).OrderBy(shard => shard.Start);
    public string LastNumber { get; private set; } = "";

    /// <summary>
    /// Adds a record from the response of a put, which must have the expected shard and a greater sequence number.
    /// </summary>
    public void Put(UInt128 hashKey, string data, long arrival, JsonNode place)
    {
        var shard = Open.Single(shard => shard.Start <= hashKey && hashKey <= shard.End);
        var number = (string)place["SequenceNumber"]!;
        Expect($"shardId-{shard.Number:D12}", (string)place["ShardId"]!, "the record's shard");
        if (string.CompareOrdinal(number, LastNumber) <= 0)
            throw new InvalidOperationException($"Sequence number {number} comes after {LastNumber}.");
        LastNumber = number;
        shard.Records.Add(new ModelRecord(number, data, arrival));
    }

    public void Split(ModelShard shard, UInt128 at, long now)
    {
        shard.ClosedAt = now;
        Shards.Add(new ModelShard(Shards.Count, shard.Start, at - 1, [shard]));
        Shards.Add(new ModelShard(Shards.Count, at, shard.End, [shard]));
    }

    public void Merge(ModelShard left, ModelShard right, long now)
    {
        left.ClosedAt = right.ClosedAt = now;
        Shards.Add(new ModelShard(Shards.Count, left.Start, right.End, [left, right]));
    }

    public static void Expect<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            throw new InvalidOperationException($"Expected {expected} as {what}, and got {actual}.");
    }

    public static void Expect<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what) =>
        Expect(string.Join(" ", expected), string.Join(" ", actual), what);

    /// <summary>Returns the start of the i-th shard; 0 behind the last shard, to which 2^128 overflows.</summary>
    private static UInt128 Bound(int i, int shards) =>
        i == shards ? UInt128.Zero : (UInt128)((BigInteger.One << 128) / shards * i);
}

internal sealed record ModelRecord(string Number, string Data, long Arrival);

internal sealed class ModelShard(int number, UInt128 start, UInt128 end, List<ModelShard> parents)
{
    public int Number => number;
    public UInt128 Start => start;
    public UInt128 End => end;
    public List<ModelShard> Parents => parents;
    public long? ClosedAt { get; set; }

    /// <summary>True if the shard was deleted after its retention.</summary>
    public bool IsDeleted { get; set; }
    public List<ModelRecord> Records { get; } = [];

    public string Id => $"shardId-{number:D12}";

    /// <summary>Returns the records within the retention.</summary>
    public List<ModelRecord> Retained(long now) =>
        [.. Records.Where(record => record.Arrival >= now - StreamModel.RetentionMilliseconds)];
}
