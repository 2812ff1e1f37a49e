using System.Text.Json;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>Reads the requests of item operations.</summary>
internal static class ItemRequestReader
{
    // Each of 32 levels of nesting needs two levels of JSON.
    public static readonly JsonReaderOptions Options = new() { MaxDepth = 200 };

    /// <summary>Reads a whole request.</summary>
    public static ItemRequest Read(ReadOnlySpan<byte> body, ValueBuffer buffer)
    {
        var json = new Utf8JsonReader(body, Options);
        json.Read();
        if (json.TokenType is not JsonTokenType.StartObject)
            throw JsonTypes.Error("Unexpected value type in payload");
        var request = Read(ref json, buffer);
        json.Read();
        return request;
    }

    /// <summary>Reads a structure to its end; the reader is at its opening brace.</summary>
    public static ItemRequest Read(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        var request = new ItemRequest();
        while (JsonTypes.TryReadMember(ref json, out var member))
        {
            if (
                !ReadText(ref json, request, member)
                && !ReadMaps(ref json, request, member, buffer)
                && !ReadOther(ref json, request, member)
            )
                json.Skip();
        }
        return request;
    }

    private static bool ReadText(ref Utf8JsonReader json, ItemRequest request, string member)
    {
        switch (member)
        {
            case "TableName":
                request.TableName = TableArn.NameOf(JsonTypes.ReadString(ref json));
                return true;
            case "IndexName":
                request.IndexName = JsonTypes.ReadString(ref json);
                return true;
            case "ConditionExpression":
                request.ConditionExpression = JsonTypes.ReadString(ref json);
                return true;
            case "UpdateExpression":
                request.UpdateExpression = JsonTypes.ReadString(ref json);
                return true;
            case "KeyConditionExpression":
                request.KeyConditionExpression = JsonTypes.ReadString(ref json);
                return true;
            case "FilterExpression":
                request.FilterExpression = JsonTypes.ReadString(ref json);
                return true;
            case "ProjectionExpression":
                request.ProjectionExpression = JsonTypes.ReadString(ref json);
                return true;
            case "ConditionalOperator":
                request.ConditionalOperator = JsonTypes.ReadString(ref json);
                return true;
            case "ReturnValues":
                request.ReturnValues = JsonTypes.ReadString(ref json);
                return true;
            case "ReturnValuesOnConditionCheckFailure":
                request.ReturnValuesOnConditionCheckFailure = JsonTypes.ReadString(ref json);
                return true;
            case "ReturnConsumedCapacity":
                request.ReturnConsumedCapacity = JsonTypes.ReadString(ref json);
                return true;
            case "ReturnItemCollectionMetrics":
                request.ReturnItemCollectionMetrics = JsonTypes.ReadString(ref json);
                return true;
            case "Select":
                request.Select = JsonTypes.ReadString(ref json);
                return true;
            default:
                return false;
        }
    }

    private static bool ReadMaps(ref Utf8JsonReader json, ItemRequest request, string member, ValueBuffer buffer)
    {
        switch (member)
        {
            case "Key":
                request.Key = AttributeValueReader.ReadMap(ref json, buffer);
                return true;
            case "Item":
                request.Item = AttributeValueReader.ReadMap(ref json, buffer);
                return true;
            case "ExclusiveStartKey":
                request.ExclusiveStartKey = AttributeValueReader.ReadMap(ref json, buffer);
                return true;
            case "ExpressionAttributeNames":
                request.ExpressionAttributeNames = ExpressionParameterReader.ReadNames(ref json, buffer);
                return true;
            case "ExpressionAttributeValues":
                request.ExpressionAttributeValues = ExpressionParameterReader.ReadValues(ref json, buffer);
                return true;
            case "Expected":
                request.Expected = LegacyParameterReader.ReadExpected(ref json, buffer);
                return true;
            case "AttributeUpdates":
                request.AttributeUpdates = LegacyParameterReader.ReadUpdates(ref json, buffer);
                return true;
            case "KeyConditions":
                request.KeyConditions = LegacyParameterReader.ReadConditions(ref json, buffer);
                return true;
            case "QueryFilter":
                request.QueryFilter = LegacyParameterReader.ReadConditions(ref json, buffer);
                return true;
            case "ScanFilter":
                request.ScanFilter = LegacyParameterReader.ReadConditions(ref json, buffer);
                return true;
            case "Keys":
                request.Keys = ReadKeys(ref json, buffer);
                return true;
            default:
                return false;
        }
    }

    private static bool ReadOther(ref Utf8JsonReader json, ItemRequest request, string member)
    {
        switch (member)
        {
            case "AttributesToGet":
                request.AttributesToGet = ReadStrings(ref json);
                return true;
            case "Limit":
                request.Limit = JsonTypes.ReadInteger(ref json);
                return true;
            case "Segment":
                request.Segment = JsonTypes.ReadInteger(ref json);
                return true;
            case "TotalSegments":
                request.TotalSegments = JsonTypes.ReadInteger(ref json);
                return true;
            case "ScanIndexForward":
                request.ScanIndexForward = JsonTypes.ReadBoolean(ref json);
                return true;
            case "ConsistentRead":
                request.ConsistentRead = JsonTypes.ReadBoolean(ref json);
                return true;
            default:
                return false;
        }
    }

    private static List<string>? ReadStrings(ref Utf8JsonReader json)
    {
        if (!JsonTypes.EnterList(ref json))
            return null;
        var strings = new List<string>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (JsonTypes.ReadString(ref json) is { } text)
                strings.Add(text);
        }
        return strings;
    }

    private static List<RequestMap>? ReadKeys(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterList(ref json))
            return null;
        var keys = new List<RequestMap>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (AttributeValueReader.ReadMap(ref json, buffer, JsonTokenType.StartObject) is { } key)
                keys.Add(key);
        }
        return keys;
    }
}
