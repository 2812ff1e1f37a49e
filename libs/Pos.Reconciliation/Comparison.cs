using Pos.Contracts.Lookup;

namespace Pos.Reconciliation;

/// <summary>Compares the lines of the same purchases in all stores.</summary>
internal static class Comparison
{
    /// <summary>Returns the newest version of each lake line. Adds a difference for each repeated version.</summary>
    public static Dictionary<(string, int), StoredLine> Newest(
        IEnumerable<StoredLine> lake,
        List<LineDifference> differences
    )
    {
        var newest = new Dictionary<(string, int), StoredLine>();
        var versions = new HashSet<(string, int, string)>();
        foreach (var line in lake)
        {
            var identity = (line.PurchaseId, line.Line);
            if (!versions.Add((line.PurchaseId, line.Line, line.Position)))
                differences.Add(new(line.PurchaseId, line.Line, DifferenceKinds.TwiceInLake, []));
            if (
                !newest.TryGetValue(identity, out var known)
                || string.CompareOrdinal(line.Position, known.Position) > 0
            )
                newest[identity] = line;
        }
        return newest;
    }

    /// <summary>Returns the rows by identity. Adds a difference for each further row of the same line.</summary>
    public static Dictionary<(string, int), StoredLine> Single(
        IEnumerable<StoredLine> warehouse,
        List<LineDifference> differences
    )
    {
        var single = new Dictionary<(string, int), StoredLine>();
        foreach (var line in warehouse)
        {
            if (!single.TryAdd((line.PurchaseId, line.Line), line))
                differences.Add(new(line.PurchaseId, line.Line, DifferenceKinds.DoubledInWarehouse, []));
        }
        return single;
    }

    /// <summary>Adds a difference for each line that a store lacks or that differs.</summary>
    public static void Compare(
        Dictionary<(string, int), StoredLine> lake,
        Dictionary<(string, int), StoredLine> lookup,
        Dictionary<(string, int), StoredLine> warehouse,
        List<LineDifference> differences
    )
    {
        foreach (var identity in lake.Keys.Union(lookup.Keys).Union(warehouse.Keys))
        {
            var (inLake, inLookup, inWarehouse) = (
                lake.GetValueOrDefault(identity),
                lookup.GetValueOrDefault(identity),
                warehouse.GetValueOrDefault(identity)
            );
            if (Kind(inLake, inLookup, inWarehouse) is { } kind)
                differences.Add(new(identity.Item1, identity.Item2, kind, Fields(inLake, inLookup, inWarehouse)));
        }
    }

    private static string? Kind(StoredLine? lake, StoredLine? lookup, StoredLine? warehouse) =>
        (lake, lookup, warehouse) switch
        {
            ({ }, null, null) => DifferenceKinds.InLakeOnly,
            (null, { }, null) => DifferenceKinds.InLookupOnly,
            (null, null, { }) => DifferenceKinds.InWarehouseOnly,
            (null, _, _) => DifferenceKinds.NotInLake,
            (_, null, _) => DifferenceKinds.NotInLookup,
            (_, _, null) => DifferenceKinds.NotInWarehouse,
            _ => lake.Equivalent(lookup) && lake.Equivalent(warehouse) && lookup.Equivalent(warehouse)
                ? null
                : DifferenceKinds.Differing,
        };

    private static List<FieldDifference> Fields(StoredLine? lake, StoredLine? lookup, StoredLine? warehouse)
    {
        StoredLine?[] stored = [lake, lookup, warehouse];
        var fields = stored
            .Select(line => line?.Fields().ToDictionary(field => field.Name, field => field.Value))
            .ToArray();
        var names = fields.OfType<Dictionary<string, string?>>().MaxBy(line => line.Count)!.Keys;
        return
        [
            .. names
                .Where(name =>
                    fields.Where(line => line?.ContainsKey(name) is true).Select(line => line![name]).Distinct().Count()
                    > 1
                )
                .Select(name => new FieldDifference(
                    name,
                    fields[0]?.GetValueOrDefault(name),
                    fields[1]?.GetValueOrDefault(name),
                    fields[2]?.GetValueOrDefault(name)
                )),
        ];
    }
}
