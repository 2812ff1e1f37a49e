using System.Collections.Concurrent;

namespace LocalCloud.Tables.Definitions;

/// <summary>Counts the items of a table or an index, and their bytes.</summary>
internal sealed class TableSize
{
    private long _items;
    private long _bytes;

    // Never negative, even if a crash lost counts.
    public long Items => Math.Max(0, Volatile.Read(ref _items));

    public long Bytes => Math.Max(0, Volatile.Read(ref _bytes));

    public void Set(long items, long bytes)
    {
        Volatile.Write(ref _items, items);
        Volatile.Write(ref _bytes, bytes);
    }

    public void Add(int items, int bytes)
    {
        if (items != 0)
            Interlocked.Add(ref _items, items);
        if (bytes != 0)
            Interlocked.Add(ref _bytes, bytes);
    }
}

/// <summary>The counts of a table and its indexes.</summary>
internal sealed class TableSizes
{
    private readonly ConcurrentDictionary<ushort, TableSize> _sizes = new();

    /// <param name="index">The number of an index; 0 for the table.</param>
    public TableSize this[ushort index] => _sizes.GetOrAdd(index, _ => new());

    public IEnumerable<KeyValuePair<ushort, TableSize>> All => _sizes;
}
