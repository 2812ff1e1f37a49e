using Pos.Contracts.Lookup;

namespace Pos.Reconciliation;

/// <summary>
/// Collects unreadable parts of lake and lookup table: counts all of them and lists the first.
/// </summary>
internal sealed class Unreadable
{
    private const int MaxItems = 10_000;

    private readonly Lock _lock = new();
    private readonly List<string> _first = [];
    private readonly List<string> _items = [];

    public long Count { get; private set; }

    /// <summary>Number of unreadable parts of the lake.</summary>
    public long LakeCount { get; private set; }

    public IReadOnlyList<string> First => _first;

    /// <summary>Ids of the first purchases with an unreadable lookup item.</summary>
    public IReadOnlyList<string> Items => _items;

    /// <summary>Adds an unreadable object or line of the lake.</summary>
    public void Add(string where, string why)
    {
        lock (_lock)
        {
            LakeCount++;
            AddFirst($"{where}: {why}");
        }
    }

    /// <summary>Adds an unreadable item of the lookup table.</summary>
    public void AddItem(string purchaseId, string why)
    {
        lock (_lock)
        {
            if (_items.Count < MaxItems)
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
