using Pos.Contracts.Lookup;

namespace Pos.Reconciliation;

/// <summary>
/// Collects what of a store is not what the processor writes: the first of it, and how much there is.
/// </summary>
internal sealed class Unreadable
{
    private const int MostItems = 10_000;

    private readonly Lock _lock = new();
    private readonly List<string> _first = [];
    private readonly List<string> _items = [];

    public long Count { get; private set; }

    /// <summary>How much of it is in the lake.</summary>
    public long LakeCount { get; private set; }

    public IReadOnlyList<string> First => _first;

    /// <summary>The first purchases whose items of the lookup table are not.</summary>
    public IReadOnlyList<string> Items => _items;

    /// <summary>Something in the lake.</summary>
    public void Add(string where, string why)
    {
        lock (_lock)
        {
            LakeCount++;
            AddFirst($"{where}: {why}");
        }
    }

    /// <summary>An item of the lookup table.</summary>
    public void AddItem(string purchaseId, string why)
    {
        lock (_lock)
        {
            if (_items.Count < MostItems)
                _items.Add(purchaseId);
            AddFirst($"lookup table item {purchaseId}: {why}");
        }
    }

    private void AddFirst(string what)
    {
        Count++;
        if (_first.Count < ReconciliationReport.MaxDifferences)
            _first.Add(what);
    }
}
