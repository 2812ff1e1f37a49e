using System.Text.Json;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>Measures item collections: all items with one partition key in a table and its local indexes.</summary>
internal sealed class ItemCollections(IItemStore store)
{
    private const double Gigabyte = 1024 * 1024 * 1024;

    /// <summary>Writes the size of an item's collection as a range of whole gigabytes.</summary>
    public void WriteMetrics(Table table, AttributeMap item, Utf8JsonWriter json)
    {
        var hash = item[table.Key.Hash.Utf8];
        json.WriteStartObject();
        json.WriteStartObject("ItemCollectionKey"u8);
        json.WritePropertyName(table.Key.Hash.Name);
        ValueJson.Write(json, hash.Encoded.Span);
        json.WriteEndObject();
        var lower = Math.Floor(Measure(table, hash) / Gigabyte);
        json.WriteStartArray("SizeEstimateRangeGB"u8);
        json.WriteNumberValue(lower);
        json.WriteNumberValue(lower + 1);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private long Measure(Table table, AttributeValue hash)
    {
        var size = 0L;
        foreach (var prefix in table.LocalIndexes.Select(index => index.Prefix).Prepend(table.Prefix))
        {
            using var key = new ValueBuffer(256);
            key.Append(prefix);
            KeyEncoding.AppendPartition(key, hash);
            using var cursor = store.Scan(key.Written, KeyEncoding.EndOf(key.Written), descending: false);
            while (cursor.MoveNext())
                size += StoredItem.ReadSize(cursor.Value, out _).Item;
        }
        return size;
    }
}
