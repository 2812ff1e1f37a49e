using System.Text;
using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Batches;

/// <summary>The parameters of BatchWriteItem.</summary>
internal sealed class BatchWriteRequest
{
    public List<(string Name, List<(ItemRequest? Put, ItemRequest? Delete)> Writes)>? Items { get; private set; }
    public string? ReturnConsumedCapacity { get; private set; }
    public string? ReturnItemCollectionMetrics { get; private set; }

    /// <summary>RequestItems as it was sent, for messages.</summary>
    public string Text { get; private set; } = "";

    public static BatchWriteRequest Read(ReadOnlySpan<byte> body, ValueBuffer buffer)
    {
        var request = new BatchWriteRequest();
        var json = new Utf8JsonReader(body, ItemRequestReader.Options);
        json.Read();
        while (JsonTypes.TryReadMember(ref json, out var member))
        {
            switch (member)
            {
                case "RequestItems":
                    var start = (int)json.TokenStartIndex;
                    request.Items = ReadItems(ref json, buffer);
                    request.Text = Encoding.UTF8.GetString(body[start..(int)json.BytesConsumed]);
                    break;
                case "ReturnConsumedCapacity":
                    request.ReturnConsumedCapacity = JsonTypes.ReadString(ref json);
                    break;
                case "ReturnItemCollectionMetrics":
                    request.ReturnItemCollectionMetrics = JsonTypes.ReadString(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        json.Read();
        return request;
    }

    private static List<(string, List<(ItemRequest?, ItemRequest?)>)>? ReadItems(
        ref Utf8JsonReader json,
        ValueBuffer buffer
    )
    {
        if (!JsonTypes.EnterMap(ref json, "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>"))
            return null;
        var items = new List<(string, List<(ItemRequest?, ItemRequest?)>)>();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var table = TableArn.NameOf(JsonTypes.Text(ref json))!;
            json.Read();
            if (!JsonTypes.EnterParameterized(ref json, JsonTokenType.StartArray))
                continue;
            var writes = new List<(ItemRequest?, ItemRequest?)>();
            while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
            {
                if (JsonTypes.EnterElement(ref json, "WriteRequest"))
                    writes.Add(ReadWrite(ref json, buffer));
            }
            items.Add((table, writes));
        }
        return items;
    }

    private static (ItemRequest? Put, ItemRequest? Delete) ReadWrite(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        (ItemRequest? put, ItemRequest? delete) = (null, null);
        while (JsonTypes.TryReadMember(ref json, out var member))
        {
            if (member is not ("PutRequest" or "DeleteRequest"))
                json.Skip();
            else if (!JsonTypes.EnterMember(ref json, member))
                continue;
            else if (member is "PutRequest")
                put = ItemRequestReader.Read(ref json, buffer);
            else
                delete = ItemRequestReader.Read(ref json, buffer);
        }
        return (put, delete);
    }
}

/// <summary>The parameters of BatchGetItem.</summary>
internal sealed class BatchGetRequest
{
    public List<ItemRequest>? Items { get; private set; }
    public string? ReturnConsumedCapacity { get; private set; }

    /// <summary>RequestItems as it was sent, for messages.</summary>
    public string Text { get; private set; } = "";

    public static BatchGetRequest Read(ReadOnlySpan<byte> body, ValueBuffer buffer)
    {
        var request = new BatchGetRequest();
        var json = new Utf8JsonReader(body, ItemRequestReader.Options);
        json.Read();
        while (JsonTypes.TryReadMember(ref json, out var member))
        {
            switch (member)
            {
                case "RequestItems":
                    var start = (int)json.TokenStartIndex;
                    request.Items = ReadItems(ref json, buffer);
                    request.Text = Encoding.UTF8.GetString(body[start..(int)json.BytesConsumed]);
                    break;
                case "ReturnConsumedCapacity":
                    request.ReturnConsumedCapacity = JsonTypes.ReadString(ref json);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }
        json.Read();
        return request;
    }

    private static List<ItemRequest>? ReadItems(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterMap(ref json, "KeysAndAttributes"))
            return null;
        var items = new List<ItemRequest>();
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var table = TableArn.NameOf(JsonTypes.Text(ref json));
            json.Read();
            if (!JsonTypes.EnterElement(ref json, "KeysAndAttributes"))
                continue;
            var request = ItemRequestReader.Read(ref json, buffer);
            request.TableName = table;
            items.Add(request);
        }
        return items;
    }
}

/// <summary>Checks the table names of a batch.</summary>
internal static class BatchConstraints
{
    /// <param name="constraints">Receives the violations.</param>
    /// <param name="names">The tables; null if the request has no RequestItems.</param>
    /// <param name="text">RequestItems as it was sent.</param>
    public static void CheckTables(Constraints constraints, List<string>? names, string text)
    {
        if (names is null)
            return;
        constraints.Check(names.Count > 0, text, "requestItems", "Member must have length greater than or equal to 1");
        if (names.Exists(name => name.Length is < 3 or > 255 || !IsName(name)))
            constraints.Check(
                false,
                text,
                "requestItems",
                "Map keys must satisfy constraint: [Member must have length less than or equal to 255, "
                    + "Member must have length greater than or equal to 3, "
                    + "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]"
            );
    }

    private static bool IsName(string name) => name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
