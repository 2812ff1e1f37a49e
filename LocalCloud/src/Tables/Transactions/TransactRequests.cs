using System.Text.Json;
using LocalCloud.Tables.Operations;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Transactions;

/// <summary>The parameters of TransactWriteItems.</summary>
internal sealed class TransactWriteRequest
{
    /// <summary>The parts of each item; a valid item has exactly one.</summary>
    public List<List<(WriteKind Kind, ItemRequest Request)>>? Items { get; private set; }
    public string? ClientRequestToken { get; private set; }
    public string? ReturnConsumedCapacity { get; private set; }
    public string? ReturnItemCollectionMetrics { get; private set; }

    public static TransactWriteRequest Read(ReadOnlySpan<byte> body, ValueBuffer buffer)
    {
        var request = new TransactWriteRequest();
        var json = new Utf8JsonReader(body, ItemRequestReader.Options);
        json.Read();
        while (JsonTypes.TryReadMember(ref json, out var member))
        {
            switch (member)
            {
                case "TransactItems":
                    request.Items = ReadItems(ref json, buffer);
                    break;
                case "ClientRequestToken":
                    request.ClientRequestToken = JsonTypes.ReadString(ref json);
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

    private static List<List<(WriteKind, ItemRequest)>>? ReadItems(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterList(ref json))
            return null;
        var items = new List<List<(WriteKind, ItemRequest)>>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (!JsonTypes.EnterElement(ref json, "TransactWriteItem"))
                continue;
            var parts = new List<(WriteKind, ItemRequest)>();
            while (JsonTypes.TryReadMember(ref json, out var member))
            {
                if (Kind(member) is not { } kind)
                    json.Skip();
                else if (JsonTypes.EnterMember(ref json, member))
                    parts.Add((kind, ItemRequestReader.Read(ref json, buffer)));
            }
            items.Add(parts);
        }
        return items;
    }

    private static WriteKind? Kind(string member) =>
        member switch
        {
            "Put" => WriteKind.Put,
            "Update" => WriteKind.Update,
            "Delete" => WriteKind.Delete,
            "ConditionCheck" => WriteKind.Check,
            _ => null,
        };
}

/// <summary>The parameters of TransactGetItems.</summary>
internal sealed class TransactGetRequest
{
    /// <summary>The Get of each item; null where it is missing.</summary>
    public List<ItemRequest?>? Items { get; private set; }
    public string? ReturnConsumedCapacity { get; private set; }

    public static TransactGetRequest Read(ReadOnlySpan<byte> body, ValueBuffer buffer)
    {
        var request = new TransactGetRequest();
        var json = new Utf8JsonReader(body, ItemRequestReader.Options);
        json.Read();
        while (JsonTypes.TryReadMember(ref json, out var member))
        {
            switch (member)
            {
                case "TransactItems":
                    request.Items = ReadItems(ref json, buffer);
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

    private static List<ItemRequest?>? ReadItems(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterList(ref json))
            return null;
        var items = new List<ItemRequest?>();
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (!JsonTypes.EnterElement(ref json, "TransactGetItem"))
                continue;
            ItemRequest? get = null;
            while (JsonTypes.TryReadMember(ref json, out var member))
            {
                if (member is not "Get")
                    json.Skip();
                else if (JsonTypes.EnterMember(ref json, "Get"))
                    get = ItemRequestReader.Read(ref json, buffer);
            }
            items.Add(get);
        }
        return items;
    }
}
