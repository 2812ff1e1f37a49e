using System.Globalization;

namespace LocalCloud.Streams;

/// <summary>A shard: a range of hash keys and of the stream's ordinals.</summary>
internal sealed record Shard
{
    /// <summary>The number in the shard's id.</summary>
    public required int Number { get; init; }
    public required UInt128 StartingHashKey { get; init; }

    /// <summary>The range's last key, inclusive.</summary>
    public required UInt128 EndingHashKey { get; init; }
    public int? Parent { get; init; }
    public int? AdjacentParent { get; init; }

    /// <summary>Less than the ordinal of every record in the shard.</summary>
    public required long StartingOrdinal { get; init; }

    /// <summary>Greater than the ordinal of every record in the shard; null while the shard is open.</summary>
    public long? EndingOrdinal { get; init; }

    /// <summary>Unix milliseconds; null while the shard is open.</summary>
    public long? ClosedAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long OpenedAt { get; init; }

    public string Id() => IdOf(Number);

    public static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"shardId-{number:D12}");

    public static bool TryParseId(string id, out int number)
    {
        number = -1;
        return id.StartsWith("shardId-", StringComparison.Ordinal)
            && int.TryParse(id.AsSpan(8), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && id == IdOf(number);
    }
}
