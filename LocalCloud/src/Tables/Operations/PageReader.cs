using System.Text.Json;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Projections;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

/// <summary>A page to read from a table or an index.</summary>
internal sealed record Page
{
    public required Table Table { get; init; }
    public TableIndex? Index { get; init; }

    /// <summary>The first key in the store.</summary>
    public required byte[] From { get; init; }

    /// <summary>The key in the store before which the page ends.</summary>
    public required byte[] To { get; init; }
    public bool Descending { get; init; }

    /// <summary>The number of items to scan; null to stop only at 1 MB.</summary>
    public long? Limit { get; init; }
    public BoundCondition? Filter { get; init; }
    public Projection? Projection { get; init; }
    public bool CountOnly { get; init; }

    /// <summary>Reads the whole item from the table for each entry of a local index.</summary>
    public bool FetchesItems { get; init; }
}

/// <summary>The counts of a page that was written.</summary>
/// <param name="Scanned">The number of items that were read.</param>
/// <param name="Matched">The number of items that match the filter.</param>
/// <param name="TableBytes">The size of the items that were read from the table.</param>
/// <param name="IndexBytes">The size of the entries that were read from the index.</param>
/// <param name="LastKey">The key after which the next page starts; null on the last page.</param>
internal readonly record struct PageResult(
    int Scanned,
    int Matched,
    long TableBytes,
    long IndexBytes,
    AttributeMap? LastKey
);

/// <summary>Reads items in the order of their keys and writes those that match.</summary>
internal sealed class PageReader(IItemStore store)
{
    /// <summary>Writes the items as elements of the caller's array, or only counts them.</summary>
    public PageResult Read(Page page, Utf8JsonWriter json)
    {
        var (scanned, matched, pageBytes, tableBytes, indexBytes) = (0, 0, 0L, 0L, 0L);
        byte[]? last = null;
        using var copy = new ValueBuffer(4096);
        using var cursor = store.Scan(page.From, page.To, page.Descending);
        while (scanned < (page.Limit ?? long.MaxValue) && pageBytes < ItemSize.MaxPage && cursor.MoveNext())
        {
            var size = StoredItem.ReadSize(cursor.Value, out var header);
            var item = cursor.Value[header..];
            scanned++;
            if (page.Index is null)
                tableBytes += size.Item;
            else
                indexBytes += size.Item;
            if (page.FetchesItems && Fetch(page.Table, item, copy) is { } whole)
            {
                size = whole.Size;
                tableBytes += size.Item;
                item = whole.Item.Encoded.Span;
            }
            pageBytes += size.Page;
            if (scanned == page.Limit || pageBytes >= ItemSize.MaxPage)
                last = KeyAttributes(page, item);
            if (page.Filter is not null && !Matches(page.Filter, item, copy))
                continue;
            matched++;
            if (!page.CountOnly)
                ReadOperations.WriteItem(json, item, page.Projection);
        }
        return new(scanned, matched, tableBytes, indexBytes, last is null ? null : new AttributeMap(last));
    }

    // Returns null if the item was deleted in the meantime; the index entry is used then.
    private StoredItem? Fetch(Table table, ReadOnlySpan<byte> entry, ValueBuffer copy)
    {
        copy.Truncate(0);
        copy.Append(entry);
        return store.Get(table.KeyOf(new(copy.Slice(0)))) is { } stored ? new(stored) : null;
    }

    private static bool Matches(BoundCondition filter, ReadOnlySpan<byte> item, ValueBuffer copy)
    {
        copy.Truncate(0);
        copy.Append(item);
        return filter.Matches(new(copy.Slice(0)));
    }

    // Returns the key attributes of the table and the index, in the format of ExclusiveStartKey.
    private static byte[] KeyAttributes(Page page, ReadOnlySpan<byte> item)
    {
        using var buffer = new ValueBuffer(256);
        for (var entries = new MapReader(item); entries.MoveNext(); )
        {
            if (IsKey(page.Table.Key, entries.Name) || (page.Index is not null && IsKey(page.Index.Key, entries.Name)))
                buffer.Append(item[entries.EntryStart..(entries.ValueStart + entries.Value.Length)]);
        }
        return buffer.Written.ToArray();
    }

    private static bool IsKey(KeySchema key, ReadOnlySpan<byte> name) =>
        name.SequenceEqual(key.Hash.Utf8) || (key.Range is { } range && name.SequenceEqual(range.Utf8));
}
