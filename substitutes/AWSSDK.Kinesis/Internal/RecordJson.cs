using System.Text.Json;
using Amazon.Kinesis.Model;
using AwsJson;

namespace Amazon.Kinesis.Internal;

/// <summary>Writes and reads the JSON of putting and getting records.</summary>
internal static class RecordJson
{
    public static void Write(Utf8JsonWriter json, PutRecordRequest request)
    {
        json.WriteMember("Data", request.Data);
        json.WriteMember("ExplicitHashKey", request.ExplicitHashKey);
        json.WriteMember("PartitionKey", request.PartitionKey);
        json.WriteMember("SequenceNumberForOrdering", request.SequenceNumberForOrdering);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
    }

    public static void Write(Utf8JsonWriter json, PutRecordsRequest request)
    {
        json.WriteMember("Records", request.Records, Write);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
    }

    public static void Write(Utf8JsonWriter json, GetShardIteratorRequest request)
    {
        json.WriteMember("ShardId", request.ShardId);
        json.WriteMember("ShardIteratorType", request.ShardIteratorType);
        json.WriteMember("StartingSequenceNumber", request.StartingSequenceNumber);
        json.WriteMember("StreamARN", request.StreamARN);
        json.WriteMember("StreamName", request.StreamName);
        json.WriteMember("Timestamp", request.Timestamp);
    }

    public static void Write(Utf8JsonWriter json, GetRecordsRequest request)
    {
        json.WriteMember("Limit", request.Limit);
        json.WriteMember("ShardIterator", request.ShardIterator);
        json.WriteMember("StreamARN", request.StreamARN);
    }

    public static void Read(ref Utf8JsonReader json, PutRecordResponse response)
    {
        if (json.IsMember("EncryptionType"u8))
            response.EncryptionType = json.GetString();
        else if (json.IsMember("SequenceNumber"u8))
            response.SequenceNumber = json.GetString();
        else if (json.IsMember("ShardId"u8))
            response.ShardId = json.GetString();
    }

    public static void Read(ref Utf8JsonReader json, PutRecordsResponse response)
    {
        if (json.IsMember("EncryptionType"u8))
            response.EncryptionType = json.GetString();
        else if (json.IsMember("FailedRecordCount"u8))
            response.FailedRecordCount = json.ReadInt32();
        else if (json.IsMember("Records"u8))
            response.Records = json.ReadList<PutRecordsResultEntry>(Read);
    }

    public static void Read(ref Utf8JsonReader json, GetShardIteratorResponse response)
    {
        if (json.IsMember("ShardIterator"u8))
            response.ShardIterator = json.GetString();
    }

    public static void Read(ref Utf8JsonReader json, GetRecordsResponse response)
    {
        if (json.IsMember("ChildShards"u8))
            response.ChildShards = json.ReadList<ChildShard>(ShardJson.Read);
        else if (json.IsMember("MillisBehindLatest"u8))
            response.MillisBehindLatest = json.ReadInt64();
        else if (json.IsMember("NextShardIterator"u8))
            response.NextShardIterator = json.GetString();
        else if (json.IsMember("Records"u8))
            response.Records = json.ReadList<Record>(Read);
    }

    private static void Write(Utf8JsonWriter json, PutRecordsRequestEntry entry)
    {
        json.WriteMember("Data", entry.Data);
        json.WriteMember("ExplicitHashKey", entry.ExplicitHashKey);
        json.WriteMember("PartitionKey", entry.PartitionKey);
    }

    private static void Read(ref Utf8JsonReader json, PutRecordsResultEntry entry)
    {
        if (json.IsMember("ErrorCode"u8))
            entry.ErrorCode = json.GetString();
        else if (json.IsMember("ErrorMessage"u8))
            entry.ErrorMessage = json.GetString();
        else if (json.IsMember("SequenceNumber"u8))
            entry.SequenceNumber = json.GetString();
        else if (json.IsMember("ShardId"u8))
            entry.ShardId = json.GetString();
    }

    private static void Read(ref Utf8JsonReader json, Record record)
    {
        if (json.IsMember("ApproximateArrivalTimestamp"u8))
            record.ApproximateArrivalTimestamp = json.ReadTimestamp();
        else if (json.IsMember("Data"u8))
            record.Data = json.ReadBytes();
        else if (json.IsMember("EncryptionType"u8))
            record.EncryptionType = json.GetString();
        else if (json.IsMember("PartitionKey"u8))
            record.PartitionKey = json.GetString();
        else if (json.IsMember("SequenceNumber"u8))
            record.SequenceNumber = json.GetString();
    }
}
