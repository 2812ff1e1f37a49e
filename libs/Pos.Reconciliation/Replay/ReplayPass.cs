using Pos.Reconciliation.Stores;
using Pos.Storage.Warehouse.Repair;

namespace Pos.Reconciliation.Replay;

/// <summary>Reads the stores once and puts right what can be put right by that.</summary>
/// <param name="stores">All three.</param>
/// <param name="span">What of the lake.</param>
/// <param name="before">The strays of an earlier pass; null in the first.</param>
/// <param name="warehouse">Writes rows.</param>
/// <param name="dryRun">Whether to count only.</param>
internal sealed class ReplayPass(ThreeStores stores, LakeSpan span, Strays? before, LineRepair warehouse, bool dryRun)
{
    private readonly LookupRepair _items = new(stores.Dynamo, stores.Resources, dryRun);
    private readonly WarehouseRepair _rows = new(warehouse, dryRun);
    private readonly Lock _lock = new();

    public bool DryRun => dryRun;
    public Unreadable Unreadable { get; } = new();

    /// <summary>
    /// Those of this pass; none in a part of the lake, of which it cannot be told what all of it has not.
    /// </summary>
    public Strays Found { get; } = new();

    public RepairCounts Lookup => _items.Counts;
    public RepairCounts Warehouse => _rows.Counts;
    public long NotWritten => _items.NotWritten;
    public long NotInLake { get; private set; }
    public long Doubtful { get; private set; }

    // What cannot be read in the lake may be just what it seems not to have.
    private bool MayRemove => Unreadable.LakeCount == 0;

    public async Task RunAsync(int concurrentItems, CancellationToken cancellationToken)
    {
        using var files = new PartitionFiles();
        await stores.ReadAsync(files, span, Unreadable, cancellationToken);
        var unreadable = Unreadable.Items.ToLookup(PartitionFiles.PartitionOf);
        for (var partition = 0; partition < PartitionFiles.Count; partition++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var lake = Comparison.Newest(files.Read(ThreeStores.Lake, partition), differences: []);
            var lookup = files.Read(ThreeStores.Lookup, partition).ToDictionary(line => (line.PurchaseId, line.Line));
            var rows = files.Read(ThreeStores.Rows, partition).ToLookup(line => (line.PurchaseId, line.Line));
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
    /// Lines that both others have, the same, and the lake has not, or not as new: on their way, or lost by the lake.
    /// In neither case they are nobody's.
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
                IsStray(line.Value, lake.GetValueOrDefault(line.Key)) && rows[line.Key].Any(line.Value.Equivalent)
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
                || (!IsStray(stored, line) && !line.Equivalent(stored))
            )
            .Concat(
                lookup.Values.Where(line =>
                    span.IsAll && IsStray(line, lake.GetValueOrDefault((line.PurchaseId, line.Line)))
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
            var isStray = false;
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
                        return !Removable();
                    return isStray = true;
                },
                cancel
            );
            if (isStray)
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
            return !Removable();
        Found.AddRow(seen);
        return true;
    }

    private bool Removable()
    {
        if (MayRemove)
            return true;
        lock (_lock)
            Doubtful++;
        return false;
    }

    private static bool IsStray(StoredLine stored, StoredLine? lake) =>
        lake is null || string.CompareOrdinal(stored.Position, lake.Position) > 0;
}
