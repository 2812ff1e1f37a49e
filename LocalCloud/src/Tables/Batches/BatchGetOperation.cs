using System.Text;
using System.Text.Json;
using LocalCloud.Faults;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Operations;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Batches;

/// <summary>Implements BatchGetItem: up to 100 items and 16 MB.</summary>
internal sealed class BatchGetOperation(
    IItemStore store,
    TableCatalog tables,
    ReadOperations reads,
    TableLimits limits,
    FaultInjection faults
)
{
    private const int MaxKeys = 100;
    private const int MaxBytes = 16 * 1024 * 1024;

    public async Task GetAsync(BatchGetRequest request, Utf8JsonWriter json)
    {
        CheckConstraints(request);
        var projections = Check(request);
        var gets = Prepare(request, projections);
        var refused = faults.SelectEntries(FaultTargets.DynamoDb, "BatchGetItem", gets.Sum(get => get.Keys.Count));
        var (bytes, number) = (0L, 0);
        foreach (var get in gets)
        {
            for (var i = 0; i < get.Keys.Count; i++, number++)
            {
                StoredItem? item = refused?[number] is true || bytes > MaxBytes ? null : await ReadAsync(get.Keys[i]);
                var size = item?.Size.Item ?? 0;
                var units = ConsumedCapacity.ReadUnits(size, get.Request.ConsistentRead is true);
                bytes += size;
                if (refused?[number] is true || bytes > MaxBytes || !limits.TryRead(get.Table, units))
                {
                    get.Unprocessed.Add(i);
                    continue;
                }
                get.Capacity.Add(units);
                if (item is { } found)
                    get.Items.Add(found);
            }
        }
        Write(request, gets, json);
    }

    private async ValueTask<StoredItem?> ReadAsync(byte[] key)
    {
        var stored = store.Get(key);
        await store.WaitUntilDurableAsync(key);
        return stored is null ? null : new(stored);
    }

    private static void CheckConstraints(BatchGetRequest request)
    {
        var constraints = new Constraints()
            .OneOf("returnConsumedCapacity", request.ReturnConsumedCapacity, "INDEXES", "TOTAL", "NONE")
            .Required("requestItems", request.Items);
        BatchConstraints.CheckTables(
            constraints,
            request.Items?.Select(item => item.TableName!).ToList(),
            request.Text
        );
        foreach (var item in request.Items ?? [])
        {
            var member = $"requestItems.{item.TableName}.member";
            constraints.Required($"{member}.keys", item.Keys);
            if (item.Keys is { Count: 0 })
                constraints.Check(false, "[]", $"{member}.keys", "Member must have length greater than or equal to 1");
            if (item.Keys is { Count: > MaxKeys })
                constraints.Check(
                    false,
                    Describe(item.Keys),
                    $"{member}.keys",
                    $"Member must have length less than or equal to {MaxKeys}"
                );
            constraints.AttributesToGet($"{member}.attributesToGet", item.AttributesToGet);
        }
        constraints.Enforce();
    }

    private static string Describe(List<RequestMap> keys)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var key in keys)
                ValueJson.WriteMap(json, key.Map.Encoded.Span);
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private List<Projection?> Check(BatchGetRequest request)
    {
        var (projections, count) = (new List<Projection?>(), 0);
        foreach (var item in request.Items!)
        {
            ReadOperations.CheckProjectionParameters(item);
            ReadOperations.RejectDuplicates(item.AttributesToGet);
            projections.Add(reads.Projection(item));
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var key in item.Keys!)
            {
                WritePreparation.RejectInvalid(key);
                if (!seen.Add(Convert.ToBase64String(key.Map.Encoded.Span)))
                    throw TableErrors.Validation("Provided list of item keys contains duplicates");
                if (++count > MaxKeys)
                    throw TableErrors.Validation("Too many items requested for the BatchGetItem call");
            }
        }
        return projections;
    }

    private List<TableGet> Prepare(BatchGetRequest request, List<Projection?> projections)
    {
        var gets = new List<TableGet>();
        foreach (var (item, projection) in request.Items!.Zip(projections))
        {
            var table = tables.Get(item.TableName!);
            foreach (var key in item.Keys!)
            {
                if (KeyRules.CheckKey(key, table.Key) is { } error)
                    throw error;
            }
            if (ReadOperations.CheckPaths(projection, table) is { } path)
                throw path;
            gets.Add(new(item, table, projection, [.. item.Keys.Select(key => table.KeyOf(key.Map))]));
        }
        return gets;
    }

    private static void Write(BatchGetRequest request, List<TableGet> gets, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartObject("Responses"u8);
        foreach (var get in gets)
        {
            json.WriteStartArray(get.Table.Name);
            foreach (var item in get.Items)
                ReadOperations.WriteItem(json, item.Item.Encoded.Span, get.Projection);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.WriteStartObject("UnprocessedKeys"u8);
        foreach (var get in gets.Where(get => get.Unprocessed.Count > 0))
            WriteUnprocessed(get, json);
        json.WriteEndObject();
        if (ConsumedCapacity.IsRequested(request.ReturnConsumedCapacity))
        {
            json.WriteStartArray("ConsumedCapacity"u8);
            foreach (var get in gets)
                get.Capacity.Write(json, request.ReturnConsumedCapacity);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteUnprocessed(TableGet get, Utf8JsonWriter json)
    {
        var request = get.Request;
        json.WriteStartObject(get.Table.Name);
        json.WriteStartArray("Keys"u8);
        foreach (var i in get.Unprocessed)
            ValueJson.WriteMap(json, request.Keys![i].Map.Encoded.Span);
        json.WriteEndArray();
        if (request.ConsistentRead is { } consistent)
            json.WriteBoolean("ConsistentRead"u8, consistent);
        if (request.ProjectionExpression is { } projection)
            json.WriteString("ProjectionExpression"u8, projection);
        if (request.AttributesToGet is { } attributes)
        {
            json.WriteStartArray("AttributesToGet"u8);
            foreach (var attribute in attributes)
                json.WriteStringValue(attribute);
            json.WriteEndArray();
        }
        if (request.ExpressionAttributeNames is { } names)
        {
            json.WriteStartObject("ExpressionAttributeNames"u8);
            foreach (var (alias, name) in names)
                json.WriteString(alias.Span, name.Span);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private sealed record TableGet(ItemRequest Request, Table Table, Projection? Projection, List<byte[]> Keys)
    {
        public List<StoredItem> Items { get; } = [];
        public List<int> Unprocessed { get; } = [];
        public ConsumedCapacity Capacity { get; } = new(Table);
    }
}
