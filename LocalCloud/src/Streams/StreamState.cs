using System.Text.Json.Serialization;

namespace LocalCloud.Streams;

/// <summary>All of a stream but its records: replaced as a whole, in memory and on disk.</summary>
internal sealed record StreamState
{
    public required string Name { get; init; }

    /// <summary>
    /// Unix milliseconds, no two streams' the same: part of sequence numbers, and what tells a stream from one deleted
    /// before.
    /// </summary>
    public required long Created { get; init; }
    public required bool OnDemand { get; init; }
    public int RetentionHours { get; init; } = 24;
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>By number, ascending. Closed ones stay until retention has passed over their last record.</summary>
    public required IReadOnlyList<Shard> Shards
    {
        get;
        init
        {
            field = value;
            OpenShards = [.. value.Where(shard => shard.EndingOrdinal is null).OrderBy(shard => shard.StartingHashKey)];
        }
    }

    /// <summary>Open shards by hash key; they cover the whole space.</summary>
    [JsonIgnore]
    public Shard[] OpenShards { get; private init; } = [];

    public Shard? Find(int number)
    {
        foreach (var shard in Shards)
        {
            if (shard.Number == number)
                return shard;
        }
        return null;
    }

    /// <summary>The place in <see cref="OpenShards"/> of the shard that a hash key belongs to.</summary>
    public static int Route(Shard[] openShards, UInt128 hashKey)
    {
        var (low, high) = (0, openShards.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (openShards[middle].StartingHashKey <= hashKey)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StreamState))]
internal sealed partial class StreamStateJson : JsonSerializerContext;
