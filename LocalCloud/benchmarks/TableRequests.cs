using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCloud.Benchmarks;

/// <summary>Builds requests to a table of orders with a keys-only index by customer.</summary>
internal static class TableRequests
{
    public const int Lines = 20;
    public const int OrdersPerQuery = 50;
    public const int ItemsPerBatch = 25;
    private const int Customers = 20_000;
    private const string Index = "by_customer";
    private const string Position = "49600000000000000000000000000000000000000000000000000000:0001";

    public static byte[] Create(string table) =>
        Call(
            "CreateTable",
            new JsonObject
            {
                ["TableName"] = table,
                ["BillingMode"] = "PAY_PER_REQUEST",
                ["KeySchema"] = new JsonArray(Key("order_id", "HASH")),
                ["AttributeDefinitions"] = new JsonArray(
                    Definition("order_id"),
                    Definition("customer_id"),
                    Definition("sort")
                ),
                ["GlobalSecondaryIndexes"] = new JsonArray(
                    new JsonObject
                    {
                        ["IndexName"] = Index,
                        ["KeySchema"] = new JsonArray(Key("customer_id", "HASH"), Key("sort", "RANGE")),
                        ["Projection"] = new JsonObject { ["ProjectionType"] = "KEYS_ONLY" },
                    }
                ),
            }
        );

    /// <summary>Sets the header and all lines of an order, unless the item is newer.</summary>
    public static byte[] Update(string table, int order)
    {
        var values = new JsonObject
        {
            [":p"] = Text(Position),
            [":c"] = Text(Customer(order)),
            [":s"] = Text(Sort(order)),
            [":u"] = Text("GBP"),
            [":one"] = new JsonObject { ["N"] = "1" },
        };
        var set = "SET #p=:p,#c=:c,#s=:s,currency=:u";
        for (var line = 1; line <= Lines; line++)
        {
            set += string.Create(CultureInfo.InvariantCulture, $",line_{line:D4}=:{line}");
            values[$":{line}"] = Text(LineText(order, line));
        }
        return Call(
            "UpdateItem",
            new JsonObject
            {
                ["TableName"] = table,
                ["Key"] = ItemKey(order),
                ["UpdateExpression"] = set + " ADD #r :one",
                ["ConditionExpression"] = "attribute_not_exists(#p) OR #p<=:p",
                ["ExpressionAttributeNames"] = new JsonObject
                {
                    ["#p"] = "position",
                    ["#c"] = "customer_id",
                    ["#s"] = "sort",
                    ["#r"] = "revision",
                },
                ["ExpressionAttributeValues"] = values,
            }
        );
    }

    public static byte[] Get(string table, int order) =>
        Call("GetItem", new JsonObject { ["TableName"] = table, ["Key"] = ItemKey(order) });

    /// <summary>Queries the keys of a customer's newest orders.</summary>
    public static byte[] Query(string table, int order) =>
        Call(
            "Query",
            new JsonObject
            {
                ["TableName"] = table,
                ["IndexName"] = Index,
                ["KeyConditionExpression"] = "customer_id=:c",
                ["ScanIndexForward"] = false,
                ["Limit"] = OrdersPerQuery,
                ["ExpressionAttributeValues"] = new JsonObject { [":c"] = Text(Customer(order)) },
            }
        );

    /// <summary>Puts small orders of some hundred bytes each.</summary>
    public static byte[] PutBatch(string table, int first) =>
        Call(
            "BatchWriteItem",
            new JsonObject
            {
                ["RequestItems"] = new JsonObject
                {
                    [table] = new JsonArray([.. Enumerable.Range(first, ItemsPerBatch).Select(Put)]),
                },
            }
        );

    private static JsonNode Put(int order)
    {
        var item = ItemKey(order);
        item["customer_id"] = Text(Customer(order));
        item["sort"] = Text(Sort(order));
        item["revision"] = new JsonObject { ["N"] = "1" };
        item["currency"] = Text("GBP");
        item["line_0001"] = Text(LineText(order, 1));
        item["line_0002"] = Text(LineText(order, 2));
        return new JsonObject { ["PutRequest"] = new JsonObject { ["Item"] = item } };
    }

    private static JsonObject ItemKey(int order) => new() { ["order_id"] = Text(Id(order)) };

    private static JsonObject Text(string value) => new() { ["S"] = value };

    private static JsonObject Key(string name, string type) => new() { ["AttributeName"] = name, ["KeyType"] = type };

    private static JsonObject Definition(string name) => new() { ["AttributeName"] = name, ["AttributeType"] = "S" };

    // Scattered over the table's files like random numbers.
    private static string Id(int order) =>
        string.Create(CultureInfo.InvariantCulture, $"{unchecked((uint)order * 2_654_435_761):x8}-{order}");

    // Orders of a customer are far apart in the sequence of orders.
    private static string Customer(int order) =>
        string.Create(CultureInfo.InvariantCulture, $"customer-{order % Customers:D6}");

    private static string Sort(int order) =>
        string.Create(CultureInfo.InvariantCulture, $"2026-01-01T00:00:{order:D8}Z#{Id(order)}");

    private static string LineText(int order, int line) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"85123A|WHITE HANGING HEART T-LIGHT HOLDER|{line}|2.55|2026-01-01T00:00:00Z|{Position}|{order:D8}"
        );

    private static byte[] Call(string operation, JsonObject request) =>
        RawConnection.Request(
            "POST /",
            ["Content-Type: application/x-amz-json-1.0", $"X-Amz-Target: DynamoDB_20120810.{operation}"],
            System.Text.Encoding.UTF8.GetBytes(request.ToJsonString())
        );
}
