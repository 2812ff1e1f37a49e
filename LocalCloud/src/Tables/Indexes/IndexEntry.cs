using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Indexes;

/// <summary>Creates the keys and values of index entries from items.</summary>
internal static class IndexEntry
{
    /// <summary>Returns the entry's key, or null if the item lacks a key attribute of the index.</summary>
    public static byte[]? Key(Table table, TableIndex index, AttributeMap item)
    {
        var hash = item[index.Key.Hash.Utf8];
        var range = index.Key.Range is { } attribute ? item[attribute.Utf8] : default;
        if (!hash.Is(index.Key.Hash.Type) || (index.Key.Range is { } sort && !range.Is(sort.Type)))
            return null;
        using var buffer = new ValueBuffer(512);
        buffer.Append(index.Prefix);
        KeyEncoding.AppendKey(buffer, hash, range);
        AppendTableKey(table, item, buffer);
        return buffer.Written.ToArray();
    }

    /// <summary>Returns the entry's value: the projected attributes.</summary>
    public static StoredItem Value(Table table, TableIndex index, AttributeMap item)
    {
        if (index.ProjectsAll)
            return StoredItem.Create(item.Encoded.Span, ItemSize.Measure(item.Encoded.Span, table.RangeName));
        using var buffer = new ValueBuffer(1024);
        for (var entries = new MapReader(item.Encoded.Span); entries.MoveNext(); )
        {
            if (index.Projects(entries.Name))
                buffer.Append(item.Encoded.Span[entries.EntryStart..(entries.ValueStart + entries.Value.Length)]);
        }
        return StoredItem.Create(buffer.Written, ItemSize.Measure(buffer.Written, table.RangeName));
    }

    /// <summary>Returns true if two versions of an item have the same entry.</summary>
    public static bool AreSame(TableIndex index, AttributeMap before, AttributeMap after)
    {
        if (index.ProjectsAll)
            return before.Encoded.Span.SequenceEqual(after.Encoded.Span);
        foreach (var name in index.Projected!)
        {
            if (!before[name].Encoded.Span.SequenceEqual(after[name].Encoded.Span))
                return false;
        }
        return true;
    }

    /// <summary>Returns the key in the index by expiry time, or null if the item does not expire.</summary>
    public static byte[]? ExpiryKey(Table table, AttributeMap item)
    {
        if (table.Expiry is null || !item[table.Expiry.Attribute].Is(AttributeType.N))
            return null;
        using var buffer = new ValueBuffer(512);
        buffer.Append(table.Expiry.Prefix);
        KeyEncoding.AppendSortable(buffer, item[table.Expiry.Attribute]);
        AppendTableKey(table, item, buffer);
        return buffer.Written.ToArray();
    }

    // Items with the same index key are sorted by the hash of their whole key.
    private static void AppendTableKey(Table table, AttributeMap item, ValueBuffer buffer)
    {
        var hash = item[table.Key.Hash.Utf8];
        var range = table.Key.Range is { } attribute ? item[attribute.Utf8] : default;
        KeyEncoding.AppendHash(buffer, hash, range);
        KeyEncoding.AppendSortable(buffer, hash);
        if (!range.IsMissing)
            KeyEncoding.AppendSortable(buffer, range);
    }
}
