using System.Text.Json;
using LocalCloud.Faults;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Operations;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Batches;

/// <summary>Implements BatchWriteItem: up to 25 independent puts and deletes.</summary>
internal sealed class BatchWriteOperation(
    TableCatalog tables,
    WriteEngine engine,
    ItemCollections collections,
    FaultInjection faults
)
{
    private const int MaxWrites = 25;

    public async Task WriteAsync(BatchWriteRequest request, Utf8JsonWriter json)
    {
        Check(request);
        var writes = Prepare(request);
        var refused = faults.SelectEntries(FaultTargets.DynamoDb, "BatchWriteItem", writes.Count);
        var results = new WriteResult?[writes.Count];
        await Task.WhenAll(Enumerable.Range(0, writes.Count).Select(WriteOneAsync));
        json.WriteStartObject();
        WriteUnprocessed(writes, results, json);
        WriteCapacity(request, writes, results, json);
        WriteMetrics(request, writes, results, json);
        json.WriteEndObject();

        async Task WriteOneAsync(int i)
        {
            if (refused?[i] is true)
                return;
            try
            {
                results[i] = await engine.WriteAsync(writes[i]);
            }
            catch (AwsException error) when (error.Code is "ProvisionedThroughputExceededException")
            {
                // The item is returned as unprocessed.
            }
        }
    }

    private static void Check(BatchWriteRequest request)
    {
        var constraints = new Constraints()
            .OneOf("returnConsumedCapacity", request.ReturnConsumedCapacity, "INDEXES", "TOTAL", "NONE")
            .OneOf("returnItemCollectionMetrics", request.ReturnItemCollectionMetrics, "SIZE", "NONE")
            .Required("requestItems", request.Items);
        BatchConstraints.CheckTables(constraints, request.Items?.Select(table => table.Name).ToList(), request.Text);
        if (request.Items?.Any(table => table.Writes.Count is 0 or > MaxWrites) is true)
            constraints.Check(
                false,
                request.Text,
                "requestItems",
                "Map value must satisfy constraint: [Member must have length less than or equal to "
                    + $"{MaxWrites}, Member must have length greater than or equal to 1]"
            );
        foreach (var table in request.Items ?? [])
        {
            for (var i = 0; i < table.Writes.Count; i++)
            {
                var member = $"requestItems.{table.Name}.member.{i + 1}.member";
                if (table.Writes[i].Delete is { Key: null })
                    constraints.Required($"{member}.deleteRequest.key", null);
                if (table.Writes[i].Put is { Item: null })
                    constraints.Required($"{member}.putRequest.item", null);
            }
        }
        constraints.Enforce();
        foreach (var table in request.Items!)
        {
            if (table.Writes.Exists(write => write.Put is null == write.Delete is null))
                throw TableErrors.Validation(AttributeValueReader.MoreThanOne);
            foreach (var write in table.Writes)
            {
                WritePreparation.RejectInvalid(write.Put?.Item ?? write.Delete!.Key!);
                if (
                    write.Put?.Item is { } item
                    && ItemSize.Measure(item.Map.Encoded.Span, default).Item > ItemSize.MaxItem
                )
                    throw TableErrors.Validation(WritePreparation.ItemTooLarge);
            }
        }
        if (request.Items.Sum(table => table.Writes.Count) > MaxWrites)
            throw TableErrors.Validation("Too many items requested for the BatchWriteItem call");
    }

    private List<PreparedWrite> Prepare(BatchWriteRequest request)
    {
        var writes = new List<PreparedWrite>();
        foreach (var requested in request.Items!)
        {
            var table = tables.Get(requested.Name);
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (put, delete) in requested.Writes)
            {
                var part = put ?? delete!;
                part.ReturnConsumedCapacity = request.ReturnConsumedCapacity;
                var write = put is null
                    ? WritePreparation.OnKey(WriteKind.Delete, part, table, null)
                    : PreparePut(part, table);
                if (!seen.Add(Convert.ToHexString(write.Key)))
                    throw TableErrors.Validation("Provided list of item keys contains duplicates");
                writes.Add(write);
            }
        }
        return writes;
    }

    private static PreparedWrite PreparePut(ItemRequest put, Table table)
    {
        try
        {
            return WritePreparation.PutItem(put, table, null);
        }
        catch (AwsException error)
            when (error.Message.Contains("Missing the key", StringComparison.Ordinal)
                || error.Message.Contains("Type mismatch for key", StringComparison.Ordinal)
            )
        {
            // A batch reports a wrong key of a put as it reports that of a delete.
            throw TableErrors.Validation(KeyRules.SchemaMismatch);
        }
    }

    private static void WriteUnprocessed(List<PreparedWrite> writes, WriteResult?[] results, Utf8JsonWriter json)
    {
        json.WriteStartObject("UnprocessedItems"u8);
        foreach (var table in writes.Where((_, i) => results[i] is null).GroupBy(write => write.Table.Name))
        {
            json.WriteStartArray(table.Key);
            foreach (var write in table)
            {
                var isPut = write.Kind is WriteKind.Put;
                json.WriteStartObject();
                json.WriteStartObject(isPut ? "PutRequest"u8 : "DeleteRequest"u8);
                json.WritePropertyName(isPut ? "Item"u8 : "Key"u8);
                ValueJson.WriteMap(json, write.Item.Encoded.Span);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteCapacity(
        BatchWriteRequest request,
        List<PreparedWrite> writes,
        WriteResult?[] results,
        Utf8JsonWriter json
    )
    {
        if (!ConsumedCapacity.IsRequested(request.ReturnConsumedCapacity))
            return;
        json.WriteStartArray("ConsumedCapacity"u8);
        foreach (var table in Enumerable.Range(0, writes.Count).GroupBy(i => writes[i].Table.Name))
        {
            var capacity = new ConsumedCapacity(writes[table.First()].Table);
            foreach (var i in table)
            {
                if (results[i] is { } result)
                    capacity.AddWrite(result);
            }
            capacity.Write(json, request.ReturnConsumedCapacity);
        }
        json.WriteEndArray();
    }

    private void WriteMetrics(
        BatchWriteRequest request,
        List<PreparedWrite> writes,
        WriteResult?[] results,
        Utf8JsonWriter json
    )
    {
        if (request.ReturnItemCollectionMetrics is not "SIZE")
            return;
        json.WriteStartObject("ItemCollectionMetrics"u8);
        var measured = writes.Where((write, i) => results[i] is not null && write.Table.LocalIndexes.Count > 0);
        foreach (var table in measured.GroupBy(write => write.Table.Name))
        {
            json.WriteStartArray(table.Key);
            foreach (var write in table.DistinctBy(write => Convert.ToHexString(write.Key.AsSpan(0, 11))))
                collections.WriteMetrics(write.Table, write.Item, json);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
