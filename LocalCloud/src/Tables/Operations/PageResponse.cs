using System.Text.Json;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>Writes the response of Query and Scan.</summary>
internal sealed class PageResponse(PageReader reader, IItemStore store, TableLimits limits)
{
    public async Task WriteAsync(ItemRequest request, Page page, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (!page.CountOnly)
            json.WriteStartArray("Items"u8);
        var result = reader.Read(page, json);
        if (!page.CountOnly)
            json.WriteEndArray();
        // A crash must not lose changes that a response has shown.
        await (
            page.FetchesItems // their keys are outside the range
                ? store.WaitUntilDurableAsync()
                : store.WaitUntilDurableAsync(page.From, page.To)
        );
        json.WriteNumber("Count"u8, result.Matched);
        json.WriteNumber("ScannedCount"u8, result.Scanned);
        if (result.LastKey is { } last)
        {
            json.WritePropertyName("LastEvaluatedKey"u8);
            ValueJson.WriteMap(json, last.Encoded.Span);
        }
        var consistent = request.ConsistentRead is true;
        var capacity = new ConsumedCapacity(page.Table);
        capacity.Add(ConsumedCapacity.PageUnits(result.TableBytes, consistent));
        if (page.Index is not null)
            capacity.AddIndex(page.Index, ConsumedCapacity.PageUnits(result.IndexBytes, consistent));
        limits.Read(page.Table, capacity.Total);
        if (ConsumedCapacity.IsRequested(request.ReturnConsumedCapacity))
        {
            json.WritePropertyName("ConsumedCapacity"u8);
            capacity.Write(json, request.ReturnConsumedCapacity);
        }
        json.WriteEndObject();
    }
}
