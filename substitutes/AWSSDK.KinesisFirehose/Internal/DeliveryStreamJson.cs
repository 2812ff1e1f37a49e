using System.Text.Json;
using Amazon.KinesisFirehose.Model;
using AwsJson;

namespace Amazon.KinesisFirehose.Internal;

/// <summary>Writes and reads the JSON of operations on delivery streams.</summary>
internal static class DeliveryStreamJson
{
    public static void Write(Utf8JsonWriter json, CreateDeliveryStreamRequest request)
    {
        json.WriteMember("DeliveryStreamName", request.DeliveryStreamName);
        json.WriteMember("DeliveryStreamType", request.DeliveryStreamType);
        json.WriteMember(
            "RedshiftDestinationConfiguration",
            request.RedshiftDestinationConfiguration,
            DestinationJson.Write
        );
    }

    public static void Write(Utf8JsonWriter json, DeleteDeliveryStreamRequest request)
    {
        json.WriteMember("AllowForceDelete", request.AllowForceDelete);
        json.WriteMember("DeliveryStreamName", request.DeliveryStreamName);
    }

    public static void Write(Utf8JsonWriter json, DescribeDeliveryStreamRequest request)
    {
        json.WriteMember("DeliveryStreamName", request.DeliveryStreamName);
        json.WriteMember("ExclusiveStartDestinationId", request.ExclusiveStartDestinationId);
        json.WriteMember("Limit", request.Limit);
    }

    public static void Write(Utf8JsonWriter json, ListDeliveryStreamsRequest request)
    {
        json.WriteMember("DeliveryStreamType", request.DeliveryStreamType);
        json.WriteMember("ExclusiveStartDeliveryStreamName", request.ExclusiveStartDeliveryStreamName);
        json.WriteMember("Limit", request.Limit);
    }

    public static void Write(Utf8JsonWriter json, UpdateDestinationRequest request)
    {
        json.WriteMember("CurrentDeliveryStreamVersionId", request.CurrentDeliveryStreamVersionId);
        json.WriteMember("DeliveryStreamName", request.DeliveryStreamName);
        json.WriteMember("DestinationId", request.DestinationId);
        json.WriteMember("RedshiftDestinationUpdate", request.RedshiftDestinationUpdate, DestinationJson.Write);
    }

    public static void Read(ref Utf8JsonReader json, CreateDeliveryStreamResponse response)
    {
        if (json.IsMember("DeliveryStreamARN"u8))
            response.DeliveryStreamARN = json.GetString();
    }

    public static void Read(ref Utf8JsonReader json, DescribeDeliveryStreamResponse response)
    {
        if (json.IsMember("DeliveryStreamDescription"u8))
            response.DeliveryStreamDescription = json.ReadObject<DeliveryStreamDescription>(Read);
    }

    public static void Read(ref Utf8JsonReader json, ListDeliveryStreamsResponse response)
    {
        if (json.IsMember("DeliveryStreamNames"u8))
            response.DeliveryStreamNames = json.ReadStrings();
        else if (json.IsMember("HasMoreDeliveryStreams"u8))
            response.HasMoreDeliveryStreams = json.ReadBoolean();
    }

    private static void Read(ref Utf8JsonReader json, DeliveryStreamDescription stream)
    {
        if (json.IsMember("CreateTimestamp"u8))
            stream.CreateTimestamp = json.ReadTimestamp();
        else if (json.IsMember("DeliveryStreamARN"u8))
            stream.DeliveryStreamARN = json.GetString();
        else if (json.IsMember("DeliveryStreamName"u8))
            stream.DeliveryStreamName = json.GetString();
        else if (json.IsMember("DeliveryStreamStatus"u8))
            stream.DeliveryStreamStatus = json.GetString();
        else if (json.IsMember("DeliveryStreamType"u8))
            stream.DeliveryStreamType = json.GetString();
        else if (json.IsMember("Destinations"u8))
            stream.Destinations = json.ReadList<DestinationDescription>(DestinationJson.Read);
        else if (json.IsMember("HasMoreDestinations"u8))
            stream.HasMoreDestinations = json.ReadBoolean();
        else if (json.IsMember("LastUpdateTimestamp"u8))
            stream.LastUpdateTimestamp = json.ReadTimestamp();
        else if (json.IsMember("VersionId"u8))
            stream.VersionId = json.GetString();
    }
}
