namespace Pos.Contracts.Lookup;

/// <summary>
/// The contents of the three stores and their differences. Lines that are in flight from one store to the next look
/// like differences.
/// </summary>
/// <param name="Stores">Lake, lookup table, warehouse.</param>
/// <param name="LandedRows">Rows that the warehouse has loaded and not merged yet.</param>
/// <param name="DifferenceCount">All differences.</param>
/// <param name="Differences">The first <see cref="MaxDifferences"/> of them, by purchase id and line.</param>
/// <param name="UnreadableCount">Lake objects and lines, and lookup items, that are not what the processor
/// writes.</param>
/// <param name="Unreadable">The first <see cref="MaxDifferences"/> of them: where, and why.</param>
public sealed record ReconciliationReport(
    IReadOnlyList<StoreTotals> Stores,
    long LandedRows,
    long DifferenceCount,
    IReadOnlyList<LineDifference> Differences,
    long UnreadableCount,
    IReadOnlyList<string> Unreadable
)
{
    /// <summary>How many differences are listed.</summary>
    public const int MaxDifferences = 100;

    /// <summary>Whether every store holds the same lines, each once.</summary>
    public bool IsClean =>
        DifferenceCount == 0 && UnreadableCount == 0 && Stores.Select(store => store.Checksum).Distinct().Count() == 1;
}

/// <summary>What a store holds; of the lake, each line's newest version.</summary>
/// <param name="Store"><c>lake</c>, <c>lookup</c> or <c>warehouse</c>.</param>
/// <param name="Purchases">Distinct purchase ids.</param>
/// <param name="Lines">Lines, or rows of the warehouse.</param>
/// <param name="Units">Sum of quantities.</param>
/// <param name="Net">Sum of quantity × unit price by currency, exact; the currency is that of the purchase's newest
/// post.</param>
/// <param name="Checksum">Sum of a 128-bit hash of each line: the same for the same lines in whatever order. 32
/// hexadecimal digits.</param>
public sealed record StoreTotals(
    string Store,
    long Purchases,
    long Lines,
    long Units,
    IReadOnlyDictionary<string, decimal> Net,
    string Checksum
);

/// <summary>A line that is not the same in all stores.</summary>
/// <param name="PurchaseId">Its purchase.</param>
/// <param name="Line">Its number.</param>
/// <param name="Kind">One of <see cref="DifferenceKinds"/>.</param>
/// <param name="Fields">In which fields the stores that have the line differ.</param>
public sealed record LineDifference(string PurchaseId, int Line, string Kind, IReadOnlyList<FieldDifference> Fields);

/// <summary>A field that is not the same in all stores that have the line.</summary>
/// <param name="Field">As the contract names it; <c>position</c> tells which post the line comes from.</param>
/// <param name="Lake">As text; null when it is null there, or not there.</param>
/// <param name="Lookup">The same in the lookup table.</param>
/// <param name="Warehouse">The same in the warehouse.</param>
public sealed record FieldDifference(string Field, string? Lake, string? Lookup, string? Warehouse);

/// <summary>The closed list of what a <see cref="LineDifference"/> can be.</summary>
public static class DifferenceKinds
{
    /// <summary>Neither lookup table nor warehouse has it.</summary>
    public const string InLakeOnly = "in_lake_only";

    /// <summary>Neither lake nor warehouse has it.</summary>
    public const string InLookupOnly = "in_lookup_only";

    /// <summary>Neither lake nor lookup table has it.</summary>
    public const string InWarehouseOnly = "in_warehouse_only";

    /// <summary>The others have it.</summary>
    public const string NotInLake = "not_in_lake";

    /// <summary>The others have it.</summary>
    public const string NotInLookup = "not_in_lookup";

    /// <summary>The others have it.</summary>
    public const string NotInWarehouse = "not_in_warehouse";

    /// <summary>All have it, not with the same fields.</summary>
    public const string Differing = "differing";

    /// <summary>The warehouse has more than one row of it.</summary>
    public const string DoubledInWarehouse = "doubled_in_warehouse";

    /// <summary>One and the same version of it stands in the lake more than once.</summary>
    public const string TwiceInLake = "twice_in_lake";
}
