using System.Text.Json;
using Amazon.Kinesis.Model;
using AwsJson;

namespace Amazon.Kinesis.Internal;

/// <summary>Writes and reads the JSON of listing, splitting and merging shards.</summary>
internal static class ShardJson
{
    public static void Write(Utf8JsonWriter json, ListShardsRequest request)
    {
        json.WriteMember("ExclusiveStartShardId", request.ExclusiveStartShardId);
        json.WriteMember("MaxResults", request.MaxResults);
        json.WriteMember("NextToken", request.NextToken);
        json.WriteMember("ShardFilter", request.ShardFilter, Write);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamCreationTimestamp", request.StreamCreationTimestamp);
        json.WriteMember("StreamName", request.StreamName);
    }

    public static void Write(Utf8JsonWriter json, SplitShardRequest request)
    {
        json.WriteMember("NewStartingHashKey", request.NewStartingHashKey);
        json.WriteMember("ShardToSplit", request.ShardToSplit);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
    }

    public static void Write(Utf8JsonWriter json, MergeShardsRequest request)
    {
        json.WriteMember("AdjacentShardToMerge", request.AdjacentShardToMerge);
        json.WriteMember("ShardToMerge", request.ShardToMerge);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
    }

    public static void Write(Utf8JsonWriter json, UpdateShardCountRequest request)
    {
        json.WriteMember("ScalingType", request.ScalingType);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
        json.WriteMember("TargetShardCount", request.TargetShardCount);
    }

    public static void Read(ref Utf8JsonReader json, ListShardsResponse response)
    {
        if (json.IsMember("NextToken"u8))
            response.NextToken = json.GetString();
        else if (json.IsMember("Shards"u8))
            response.Shards = json.ReadList<Shard>(Read);
    }

    public static void Read(ref Utf8JsonReader json, UpdateShardCountResponse response)
    {
        if (json.IsMember("CurrentShardCount"u8))
            response.CurrentShardCount = json.ReadInt32();
        else if (json.IsMember("StreamARN"u8))
            response.StreamARN = json.GetString();
        else if (json.IsMember("StreamName"u8))
            response.StreamName = json.GetString();
        else if (json.IsMember("TargetShardCount"u8))
            response.TargetShardCount = json.ReadInt32();
    }

    public static void Read(ref Utf8JsonReader json, ChildShard shard)
    {
        if (json.IsMember("HashKeyRange"u8))
            shard.HashKeyRange = json.ReadObject<HashKeyRange>(Read);
        else if (json.IsMember("ParentShards"u8))
            shard.ParentShards = json.ReadStrings();
        else if (json.IsMember("ShardId"u8))
            shard.ShardId = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, Shard shard)
    {
        if (json.IsMember("AdjacentParentShardId"u8))
            shard.AdjacentParentShardId = json.GetString();
        else if (json.IsMember("HashKeyRange"u8))
            shard.HashKeyRange = json.ReadObject<HashKeyRange>(Read);
        else if (json.IsMember("ParentShardId"u8))
            shard.ParentShardId = json.GetString();
        else if (json.IsMember("SequenceNumberRange"u8))
            shard.SequenceNumberRange = json.ReadObject<SequenceNumberRange>(Read);
        else if (json.IsMember("ShardId"u8))
            shard.ShardId = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, HashKeyRange range)
    {
        if (json.IsMember("EndingHashKey"u8))
            range.EndingHashKey = json.GetString();
        else if (json.IsMember("StartingHashKey"u8))
            range.StartingHashKey = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, SequenceNumberRange range)
    {
        if (json.IsMember("EndingSequenceNumber"u8))
            range.EndingSequenceNumber = json.GetString();
        else if (json.IsMember("StartingSequenceNumber"u8))
            range.StartingSequenceNumber = json.GetString();
    }

    private static void Write(Utf8JsonWriter json, ShardFilter filter)
    {
        json.WriteMember("ShardId", filter.ShardId);
        json.WriteMember("Timestamp", filter.Timestamp);
        json.WriteMember("Type", filter.Type);
    }
}
