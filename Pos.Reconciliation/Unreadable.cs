namespace Pos.Reconciliation;

/// <summary>Collects what of a store is not what the processor writes: the first of it, and how much there is.</summary>
internal sealed class Unreadable
{
    private readonly Lock _lock = new();
    private readonly List<string> _first = [];

    public long Count { get; private set; }
    public IReadOnlyList<string> First => _first;

    public void Add(string where, string why)
    {
        lock (_lock)
        {
            Count++;
            if (_first.Count < ReconciliationReport.MostDifferences)
                _first.Add($"{where}: {why}");
        }
    }
}
