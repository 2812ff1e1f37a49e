using System.Text.Json.Serialization;

namespace LocalCloud.Streams;

/// <summary>A stream's settings and shards. Each change replaces the whole state, in memory and on disk.</summary>
internal sealed record StreamState
{
    public required string Name { get; init; }

    /// <summary>
    /// Creation time in Unix milliseconds, unique per stream. It is part of sequence numbers and distinguishes a stream
    /// from a deleted one of the same name.
    /// </summary>
    public required long Created { get; init; }
    public required bool OnDemand { get; init; }
    public int RetentionHours { get; init; } = 24;
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Shards by ascending number. Closed ones stay until their last record is past retention.</summary>
    public required IReadOnlyList<Shard> Shards
    {
        get;
        init
        {
            field = value;
            OpenShards = [.. value.Where(shard => shard.EndingOrdinal is null).OrderBy(shard => shard.StartingHashKey)];
        }
    }

    /// <summary>Open shards in order of hash key. They cover the whole hash key space.</summary>
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

    /// <summary>Returns the index in <see cref="OpenShards"/> of the shard that owns a hash key.</summary>
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
