using Pos.Storage.Warehouse.Repair;

namespace Pos.Reconciliation.Replay;

/// <summary>
/// What a store has and the lake has not, or what is newer than the lake's. It may be on its way: the processor brings
/// a post to the lookup table first, to the lake next, and its rows come last; and the stores are read side by side,
/// not at one moment. But what the lake still has not after longer than a batch takes, and nobody has written again
/// meanwhile, is nobody's: a batch that failed is done again from the lookup table on.
/// </summary>
internal sealed class Strays
{
    private const int Most = 100_000;

    private readonly Dictionary<string, long?> _items = new(StringComparer.Ordinal);
    private readonly HashSet<SeenRow> _rows = [];
    private readonly HashSet<SeenRow> _inBoth = [];

    public bool IsEmpty => _items.Count + _rows.Count + _inBoth.Count == 0;

    /// <summary>Whether an item had strays at this revision: then it had all of those that it has now.</summary>
    public bool HasItem(string purchaseId, long? revision) =>
        _items.TryGetValue(purchaseId, out var known) && known == revision;

    public bool HasRow(SeenRow row) => _rows.Contains(row);

    /// <summary>Whether lookup table and warehouse both had the line.</summary>
    public bool HasInBoth(SeenRow line) => _inBoth.Contains(line);

    // What does not fit here is found by the next replay.
    public void AddItem(string purchaseId, long? revision)
    {
        if (_items.Count < Most)
            _items[purchaseId] = revision;
    }

    public void AddRow(SeenRow row)
    {
        if (_rows.Count < Most)
            _rows.Add(row);
    }

    public void AddInBoth(SeenRow line)
    {
        if (_inBoth.Count < Most)
            _inBoth.Add(line);
    }
}
