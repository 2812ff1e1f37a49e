using System.Globalization;
using Pos.Contracts.Lookup;

namespace Pos.Reconciliation;

/// <summary>Adds up a store's lines, partition by partition.</summary>
internal sealed class StoreSum(string store)
{
    private readonly SortedDictionary<string, decimal> _net = new(StringComparer.Ordinal);
    private long _purchases;
    private long _lines;
    private long _units;
    private UInt128 _checksum;

    /// <summary>Adds the lines of a partition.</summary>
    /// <param name="lines">Must contain all lines of their purchases.</param>
    public void Add(IReadOnlyCollection<StoredLine> lines)
    {
        var newest = new Dictionary<string, StoredLine>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (
                !newest.TryGetValue(line.PurchaseId, out var known)
                || string.CompareOrdinal(line.Position, known.Position) > 0
            )
                newest[line.PurchaseId] = line;
        }
        _purchases += newest.Count;
        _lines += lines.Count;
        using var buffer = new MemoryStream();
        foreach (var line in lines)
        {
            var last = newest[line.PurchaseId];
            _units += line.Quantity;
            _net[last.Header.Currency] = _net.GetValueOrDefault(last.Header.Currency) + line.Quantity * line.UnitPrice;
            _checksum = unchecked(_checksum + line.Hash(buffer, withHeader: line.Position == last.Position));
        }
    }

    public StoreTotals Total() =>
        new(store, _purchases, _lines, _units, _net, _checksum.ToString("x32", CultureInfo.InvariantCulture));
}
