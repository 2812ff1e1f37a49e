using System.Text.Json;
using Amazon.Kinesis.Model;
using AwsJson;

namespace Amazon.Kinesis.Internal;

/// <summary>Writes and reads the JSON of operations on streams.</summary>
internal static class StreamJson
{
    public static void Write(Utf8JsonWriter json, CreateStreamRequest request)
    {
        json.WriteMember("ShardCount", request.ShardCount);
        json.WriteMember("StreamModeDetails", request.StreamModeDetails, (writer, mode) =>
            writer.WriteMember("StreamMode", mode.StreamMode)
        );
        json.WriteMember("StreamName", request.StreamName);
        json.WriteMember("Tags", request.Tags);
    }

    public static void Write(Utf8JsonWriter json, DeleteStreamRequest request)
    {
        json.WriteMember("EnforceConsumerDeletion", request.EnforceConsumerDeletion);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
    }

    public static void Write(Utf8JsonWriter json, DescribeStreamSummaryRequest request)
    {
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
    }

    public static void Write(Utf8JsonWriter json, ListStreamsRequest request)
    {
        json.WriteMember("ExclusiveStartStreamName", request.ExclusiveStartStreamName);
        json.WriteMember("Limit", request.Limit);
        json.WriteMember("NextToken", request.NextToken);
    }

    public static void Read(ref Utf8JsonReader json, DescribeStreamSummaryResponse response)
    {
        if (json.IsMember("StreamDescriptionSummary"u8))
            response.StreamDescriptionSummary = json.ReadObject<StreamDescriptionSummary>(Read);
    }

    public static void Read(ref Utf8JsonReader json, ListStreamsResponse response)
    {
        if (json.IsMember("HasMoreStreams"u8))
            response.HasMoreStreams = json.ReadBoolean();
        else if (json.IsMember("NextToken"u8))
            response.NextToken = json.GetString();
        else if (json.IsMember("StreamNames"u8))
            response.StreamNames = json.ReadStrings();
        else if (json.IsMember("StreamSummaries"u8))
            response.StreamSummaries = json.ReadList<StreamSummary>(Read);
    }

    private static void Read(ref Utf8JsonReader json, StreamDescriptionSummary stream)
    {
        if (json.IsMember("ConsumerCount"u8))
            stream.ConsumerCount = json.ReadInt32();
        else if (json.IsMember("EncryptionType"u8))
            stream.EncryptionType = json.GetString();
        else if (json.IsMember("EnhancedMonitoring"u8))
            stream.EnhancedMonitoring = json.ReadList<EnhancedMetrics>(Read);
        else if (json.IsMember("KeyId"u8))
            stream.KeyId = json.GetString();
        else if (json.IsMember("OpenShardCount"u8))
            stream.OpenShardCount = json.ReadInt32();
        else if (json.IsMember("RetentionPeriodHours"u8))
            stream.RetentionPeriodHours = json.ReadInt32();
        else if (json.IsMember("StreamARN"u8))
            stream.StreamARN = json.GetString();
        else if (json.IsMember("StreamCreationTimestamp"u8))
            stream.StreamCreationTimestamp = json.ReadTimestamp();
        else if (json.IsMember("StreamModeDetails"u8))
            stream.StreamModeDetails = json.ReadObject<StreamModeDetails>(Read);
        else if (json.IsMember("StreamName"u8))
            stream.StreamName = json.GetString();
        else if (json.IsMember("StreamStatus"u8))
            stream.StreamStatus = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, StreamSummary stream)
    {
        if (json.IsMember("StreamARN"u8))
            stream.StreamARN = json.GetString();
        else if (json.IsMember("StreamCreationTimestamp"u8))
            stream.StreamCreationTimestamp = json.ReadTimestamp();
        else if (json.IsMember("StreamModeDetails"u8))
            stream.StreamModeDetails = json.ReadObject<StreamModeDetails>(Read);
        else if (json.IsMember("StreamName"u8))
            stream.StreamName = json.GetString();
        else if (json.IsMember("StreamStatus"u8))
            stream.StreamStatus = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, EnhancedMetrics metrics)
    {
        if (json.IsMember("ShardLevelMetrics"u8))
            metrics.ShardLevelMetrics = json.ReadStrings();
    }

    private static void Read(ref Utf8JsonReader json, StreamModeDetails mode)
    {
        if (json.IsMember("StreamMode"u8))
            mode.StreamMode = json.GetString();
    }
}
