using System.Text.Json;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>Implements PutItem, UpdateItem and DeleteItem.</summary>
internal sealed class WriteOperations(WritePreparation preparation, WriteEngine engine, ItemCollections collections)
{
    public Task PutAsync(ItemRequest request, Utf8JsonWriter json) => WriteAsync(preparation.Put(request), json);

    public Task UpdateAsync(ItemRequest request, Utf8JsonWriter json) => WriteAsync(preparation.Update(request), json);

    public Task DeleteAsync(ItemRequest request, Utf8JsonWriter json) => WriteAsync(preparation.Delete(request), json);

    private async Task WriteAsync(PreparedWrite write, Utf8JsonWriter json)
    {
        var result = await engine.WriteAsync(write);
        json.WriteStartObject();
        WriteAttributes(write, result, json);
        var request = write.Request;
        if (ConsumedCapacity.IsRequested(request.ReturnConsumedCapacity))
        {
            var capacity = new ConsumedCapacity(write.Table);
            capacity.AddWrite(result);
            json.WritePropertyName("ConsumedCapacity"u8);
            capacity.Write(json, request.ReturnConsumedCapacity);
        }
        if (request.ReturnItemCollectionMetrics is "SIZE" && write.Table.LocalIndexes.Count > 0)
        {
            json.WritePropertyName("ItemCollectionMetrics"u8);
            collections.WriteMetrics(write.Table, write.Item, json);
        }
        json.WriteEndObject();
    }

    private static void WriteAttributes(PreparedWrite write, WriteResult result, Utf8JsonWriter json)
    {
        switch (write.Request.ReturnValues)
        {
            case "ALL_OLD" when result.Before is { } before:
                Write(json, before.Item.Encoded.Span);
                break;
            case "ALL_NEW" when result.After is { } after:
                Write(json, after.Item.Encoded.Span);
                break;
            case "UPDATED_OLD" when result.Before is { } before:
                WriteUpdated(json, write, before.Item);
                break;
            case "UPDATED_NEW" when result.After is { } after:
                WriteUpdated(json, write, after.Item);
                break;
        }
    }

    private static void WriteUpdated(Utf8JsonWriter json, PreparedWrite write, AttributeMap item)
    {
        using var buffer = new ValueBuffer(item.Encoded.Length);
        new Projection(write.Update?.Plan.Paths ?? []).Write(item.Encoded.Span, buffer);
        Write(json, buffer.Written);
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> item)
    {
        json.WritePropertyName("Attributes"u8);
        ValueJson.WriteMap(json, item);
    }
}
