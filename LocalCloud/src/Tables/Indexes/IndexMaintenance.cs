using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Storage;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Indexes;

/// <summary>Adds an item and its index entries to one batch.</summary>
internal static class IndexMaintenance
{
    /// <summary>Adds the change of an item.</summary>
    /// <param name="batch">Receives the changes.</param>
    /// <param name="table">The table of the item.</param>
    /// <param name="key">The key of the item in the store.</param>
    /// <param name="before">The stored item; null if there is none.</param>
    /// <param name="after">The item to store; null to delete it.</param>
    /// <param name="units">Receives the capacity units of each changed index; null if they are not requested.</param>
    public static void Add(
        ItemBatch batch,
        Table table,
        byte[] key,
        StoredItem? before,
        StoredItem? after,
        Dictionary<TableIndex, double>? units = null
    )
    {
        if (after is { } item)
            batch.Put(key, item.Bytes);
        else
            batch.Delete(key);
        Count(table.Sizes[0], before, after);
        foreach (var index in table.Indexes)
            AddIndex(batch, table, index, before, after, units);
        if (table.Expiry is not null)
            AddExpiry(batch, table, before, after);
    }

    /// <summary>Puts the entry of an item that is older than the index, unless a later write has put it.</summary>
    public static void Backfill(ItemBatch batch, IItemStore store, Table table, TableIndex index, AttributeMap item)
    {
        if (IndexEntry.Key(table, index, item) is not { } key || store.Get(key) is not null)
            return;
        var entry = IndexEntry.Value(table, index, item);
        Count(index.Size, null, entry);
        batch.Put(key, entry.Bytes);
    }

    private static void AddIndex(
        ItemBatch batch,
        Table table,
        TableIndex index,
        StoredItem? before,
        StoredItem? after,
        Dictionary<TableIndex, double>? units
    )
    {
        if (before is { } old && after is { } current && IndexEntry.AreSame(index, old.Item, current.Item))
            return;
        var oldKey = before is null ? null : IndexEntry.Key(table, index, before.Value.Item);
        var newKey = after is null ? null : IndexEntry.Key(table, index, after.Value.Item);
        if (oldKey is null && newKey is null)
            return;
        StoredItem? oldEntry = oldKey is null ? null : IndexEntry.Value(table, index, before!.Value.Item);
        StoredItem? newEntry = newKey is null ? null : IndexEntry.Value(table, index, after!.Value.Item);
        Count(index.Size, oldEntry, newEntry);
        var isMoved = oldKey is not null && newKey is not null && !oldKey.AsSpan().SequenceEqual(newKey);
        if (oldKey is not null && (newKey is null || isMoved))
            batch.Delete(oldKey);
        if (newKey is not null)
            batch.Put(newKey, newEntry!.Value.Bytes);
        if (units is not null)
            units[index] = Capacity.Units(oldEntry, newEntry, isMoved);
    }

    private static void AddExpiry(ItemBatch batch, Table table, StoredItem? before, StoredItem? after)
    {
        var oldKey = before is null ? null : IndexEntry.ExpiryKey(table, before.Value.Item);
        var newKey = after is null ? null : IndexEntry.ExpiryKey(table, after.Value.Item);
        if (oldKey.AsSpan().SequenceEqual(newKey))
            return;
        if (oldKey is not null)
            batch.Delete(oldKey);
        // The entry has the key attributes of the item.
        if (newKey is not null)
            batch.Put(newKey, table.KeyOf(after!.Value.Item));
    }

    private static void Count(TableSize size, StoredItem? before, StoredItem? after) =>
        size.Add(
            (after is null ? 0 : 1) - (before is null ? 0 : 1),
            (after?.Size.Item ?? 0) - (before?.Size.Item ?? 0)
        );

    private static class Capacity
    {
        public static double Units(StoredItem? before, StoredItem? after, bool isMoved) =>
            isMoved ? UnitsFor(before) + UnitsFor(after) : Math.Max(UnitsFor(before), UnitsFor(after));

        private static double UnitsFor(StoredItem? item) =>
            item is null ? 0 : Math.Max(1, Math.Ceiling(item.Value.Size.Item / 1024.0));
    }
}
