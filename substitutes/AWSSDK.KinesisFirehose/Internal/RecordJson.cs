using System.Text.Json;
using Amazon.KinesisFirehose.Model;
using AwsJson;

namespace Amazon.KinesisFirehose.Internal;

/// <summary>Writes and reads the JSON of putting records.</summary>
internal static class RecordJson
{
    public static void Write(Utf8JsonWriter json, PutRecordRequest request)
    {
        json.WriteMember("DeliveryStreamName", request.DeliveryStreamName);
        json.WriteMember("Record", request.Record, Write);
    }

    public static void Write(Utf8JsonWriter json, PutRecordBatchRequest request)
    {
        json.WriteMember("DeliveryStreamName", request.DeliveryStreamName);
        json.WriteMember("Records", request.Records, Write);
    }

    public static void Read(ref Utf8JsonReader json, PutRecordResponse response)
    {
        if (json.IsMember("Encrypted"u8))
            response.Encrypted = json.ReadBoolean();
        else if (json.IsMember("RecordId"u8))
            response.RecordId = json.GetString();
    }

    public static void Read(ref Utf8JsonReader json, PutRecordBatchResponse response)
    {
        if (json.IsMember("Encrypted"u8))
            response.Encrypted = json.ReadBoolean();
        else if (json.IsMember("FailedPutCount"u8))
            response.FailedPutCount = json.ReadInt32();
        else if (json.IsMember("RequestResponses"u8))
            response.RequestResponses = json.ReadList<PutRecordBatchResponseEntry>(Read);
    }

    private static void Write(Utf8JsonWriter json, Record record) => json.WriteMember("Data", record.Data);

    private static void Read(ref Utf8JsonReader json, PutRecordBatchResponseEntry entry)
    {
        if (json.IsMember("ErrorCode"u8))
            entry.ErrorCode = json.GetString();
        else if (json.IsMember("ErrorMessage"u8))
            entry.ErrorMessage = json.GetString();
        else if (json.IsMember("RecordId"u8))
            entry.RecordId = json.GetString();
    }
}
