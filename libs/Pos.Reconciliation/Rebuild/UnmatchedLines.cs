using Pos.Storage.Warehouse.Repair;

namespace Pos.Reconciliation.Rebuild;

/// <summary>
/// Collects lines that a store has and the lake lacks or has in an older version. They may be in flight: the processor
/// writes a purchase to the lookup table, then to the lake, then to the warehouse, and the stores are not read at the
/// same moment. If the lake still lacks such a line after longer than a batch takes, and the line was not written again
/// meanwhile, it can be removed: a failed batch is retried from the lookup table on.
/// </summary>
internal sealed class UnmatchedLines
{
    private const int MaxCount = 100_000;

    private readonly Dictionary<string, long?> _items = new(StringComparer.Ordinal);
    private readonly HashSet<SeenRow> _rows = [];
    private readonly HashSet<SeenRow> _inBoth = [];

    public bool IsEmpty => _items.Count + _rows.Count + _inBoth.Count == 0;

    /// <summary>True if an item had unmatched lines at this revision, and so had all of its current ones.</summary>
    public bool HasItem(string purchaseId, long? revision) =>
        _items.TryGetValue(purchaseId, out var known) && known == revision;

    public bool HasRow(SeenRow row) => _rows.Contains(row);

    /// <summary>True if lookup table and warehouse both had the line.</summary>
    public bool HasInBoth(SeenRow line) => _inBoth.Contains(line);

    // Lines beyond the limit are found by the next rebuild.
    public void AddItem(string purchaseId, long? revision)
    {
        if (_items.Count < MaxCount)
            _items[purchaseId] = revision;
    }

    public void AddRow(SeenRow row)
    {
        if (_rows.Count < MaxCount)
            _rows.Add(row);
    }

    public void AddInBoth(SeenRow line)
    {
        if (_inBoth.Count < MaxCount)
            _inBoth.Add(line);
    }
}
