using System.Globalization;
using System.Text.Json;

namespace LocalCloud.Streams;

/// <summary>Writes shards to responses.</summary>
internal static class ShardWriter
{
    public static void Write(Utf8JsonWriter response, long streamCreated, Shard shard)
    {
        response.WriteStartObject();
        response.WriteString("ShardId"u8, shard.Id());
        if (shard.Parent is { } parent)
            response.WriteString("ParentShardId"u8, Shard.IdOf(parent));
        if (shard.AdjacentParent is { } adjacent)
            response.WriteString("AdjacentParentShardId"u8, Shard.IdOf(adjacent));
        WriteHashKeyRange(response, shard);
        response.WriteStartObject("SequenceNumberRange"u8);
        response.WriteString(
            "StartingSequenceNumber"u8,
            new SequenceNumber(streamCreated, shard.StartingOrdinal, shard.Number).ToString()
        );
        if (shard.EndingOrdinal is { } ending)
            response.WriteString(
                "EndingSequenceNumber"u8,
                new SequenceNumber(streamCreated, ending, shard.Number).ToString()
            );
        response.WriteEndObject();
        response.WriteEndObject();
    }

    public static void WriteHashKeyRange(Utf8JsonWriter response, Shard shard)
    {
        response.WriteStartObject("HashKeyRange"u8);
        response.WriteString("StartingHashKey"u8, shard.StartingHashKey.ToString(CultureInfo.InvariantCulture));
        response.WriteString("EndingHashKey"u8, shard.EndingHashKey.ToString(CultureInfo.InvariantCulture));
        response.WriteEndObject();
    }
}
