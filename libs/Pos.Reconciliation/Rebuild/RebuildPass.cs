using Pos.Reconciliation.Stores;
using Pos.Storage.Warehouse.Repair;

namespace Pos.Reconciliation.Rebuild;

/// <summary>Reads the stores once and repairs what it can.</summary>
/// <param name="stores">The stores to compare and repair.</param>
/// <param name="span">The part of the lake to read.</param>
/// <param name="before">The unmatched lines of an earlier pass; null in the first pass.</param>
/// <param name="warehouse">Repairs rows of the warehouse.</param>
/// <param name="dryRun">True to count the changes without making them.</param>
internal sealed class RebuildPass(
    AllStores stores,
    LakeSpan span,
    UnmatchedLines? before,
    LineRepair warehouse,
    bool dryRun
)
{
    private readonly LookupRepair _items = new(stores.Dynamo, stores.Resources, dryRun);
    private readonly WarehouseRepair _rows = new(warehouse, dryRun);
    private readonly Lock _lock = new();

    public bool DryRun => dryRun;
    public Unreadable Unreadable { get; } = new();

    /// <summary>
    /// The unmatched lines of this pass. Empty for a part of the lake, which does not show what the whole lake lacks.
    /// </summary>
    public UnmatchedLines Found { get; } = new();

    public RepairCounts Lookup => _items.Counts;
    public RepairCounts Warehouse => _rows.Counts;
    public long NotWritten => _items.NotWritten;
    public long NotInLake { get; private set; }
    public long Doubtful { get; private set; }

    // A line that the lake seems to lack may be in an unreadable part of it.
    private bool IsLakeReadable => Unreadable.LakeCount == 0;

    public async Task RunAsync(int concurrentItems, CancellationToken cancellationToken)
    {
        using var files = new PartitionFiles();
        await stores.ReadAsync(files, span, Unreadable, cancellationToken);
        var unreadable = Unreadable.Items.ToLookup(PartitionFiles.PartitionOf);
        for (var partition = 0; partition < PartitionFiles.Count; partition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lake = Comparison.Newest(files.Read(AllStores.LakeName, partition), differences: []);
            var lookup = files.Read(AllStores.LookupName, partition).ToDictionary(line => (line.PurchaseId, line.Line));
            var rows = files.Read(AllStores.WarehouseName, partition).ToLookup(line => (line.PurchaseId, line.Line));
            var inBoth = InBoth(lake, lookup, rows);
            await RepairItemsAsync(lake, lookup, inBoth, unreadable[partition], concurrentItems, cancellationToken);
            foreach (var line in lake.Keys.Union(rows.Select(group => group.Key)))
                await _rows.RepairAsync(
                    lake.GetValueOrDefault(line),
                    [.. rows[line]],
                    row => Stays(row, inBoth),
                    cancellationToken
                );
        }
        await _rows.FlushAsync(cancellationToken);
    }

    /// <summary>
    /// Finds lines that lookup table and warehouse have in the same version and that the lake lacks or has in an older
    /// version. They are in flight, or the lake lost them, and must not be removed.
    /// </summary>
    private HashSet<SeenRow> InBoth(
        Dictionary<(string, int), StoredLine> lake,
        Dictionary<(string, int), StoredLine> lookup,
        ILookup<(string, int), StoredLine> rows
    )
    {
        var inBoth = new HashSet<SeenRow>();
        foreach (
            var line in lookup.Where(line =>
                IsUnmatched(line.Value, lake.GetValueOrDefault(line.Key)) && rows[line.Key].Any(line.Value.Equivalent)
            )
        )
        {
            var seen = WarehouseRepair.Seen(line.Value);
            inBoth.Add(seen);
            if (!span.IsAll)
                continue;
            Found.AddInBoth(seen);
            if (before?.HasInBoth(seen) is true)
                NotInLake++;
        }
        return inBoth;
    }

    private async Task RepairItemsAsync(
        Dictionary<(string, int), StoredLine> lake,
        Dictionary<(string, int), StoredLine> lookup,
        HashSet<SeenRow> inBoth,
        IEnumerable<string> unreadable,
        int concurrentItems,
        CancellationToken cancellationToken
    )
    {
        var lines = lake.Values.ToLookup(line => line.PurchaseId, StringComparer.Ordinal);
        var wrong = lake
            .Values.Where(line =>
                !lookup.TryGetValue((line.PurchaseId, line.Line), out var stored)
                || (!IsUnmatched(stored, line) && !line.Equivalent(stored))
            )
            .Concat(
                lookup.Values.Where(line =>
                    span.IsAll && IsUnmatched(line, lake.GetValueOrDefault((line.PurchaseId, line.Line)))
                )
            )
            .Select(line => line.PurchaseId)
            .Concat(unreadable.Where(purchase => span.IsAll || lines.Contains(purchase)))
            .ToHashSet(StringComparer.Ordinal);
        var parallelism = new ParallelOptions
        {
            MaxDegreeOfParallelism = concurrentItems,
            CancellationToken = cancellationToken,
        };
        await Parallel.ForEachAsync(wrong, parallelism, async (purchase, cancel) =>
        {
            var isUnmatched = false;
            var revision = await _items.RepairAsync(
                purchase,
                [.. lines[purchase]],
                (line, position, read) =>
                {
                    if (
                        !span.IsAll
                        || (
                            line is { } number
                            && position is not null
                            && inBoth.Contains(new(purchase, number, Positions.Full(position)))
                        )
                    )
                        return true;
                    if (before?.HasItem(purchase, read) is true)
                        return !CanRemove();
                    return isUnmatched = true;
                },
                cancel
            );
            if (isUnmatched)
            {
                lock (_lock)
                    Found.AddItem(purchase, revision);
            }
        });
    }

    private bool Stays(StoredLine row, HashSet<SeenRow> inBoth)
    {
        var seen = WarehouseRepair.Seen(row);
        if (!span.IsAll || inBoth.Contains(seen))
            return true;
        if (before?.HasRow(seen) is true)
            return !CanRemove();
        Found.AddRow(seen);
        return true;
    }

    private bool CanRemove()
    {
        if (IsLakeReadable)
            return true;
        lock (_lock)
            Doubtful++;
        return false;
    }

    private static bool IsUnmatched(StoredLine stored, StoredLine? lake) =>
        lake is null || string.CompareOrdinal(stored.Position, lake.Position) > 0;
}
