namespace Pos.Contracts.Lookup;

/// <summary>
/// Contains the totals of the three stores and their differences. Lines in flight from one store to the next count as
/// differences.
/// </summary>
/// <param name="Stores">Lake, lookup table, warehouse.</param>
/// <param name="LandedRows">Rows that the warehouse has loaded and not merged yet.</param>
/// <param name="DifferenceCount">Number of all differences.</param>
/// <param name="Differences">The first <see cref="MaxDifferences"/> of them, by purchase id and line.</param>
/// <param name="UnreadableCount">Lake objects, lake lines and lookup items that cannot be read.</param>
/// <param name="Unreadable">The first <see cref="MaxDifferences"/> of them, each with its location and error.</param>
public sealed record ReconciliationReport(
    IReadOnlyList<StoreTotals> Stores,
    long LandedRows,
    long DifferenceCount,
    IReadOnlyList<LineDifference> Differences,
    long UnreadableCount,
    IReadOnlyList<string> Unreadable
)
{
    /// <summary>Maximum number of listed differences.</summary>
    public const int MaxDifferences = 100;

    /// <summary>True if every store has the same lines, each exactly once.</summary>
    public bool IsClean =>
        DifferenceCount == 0 && UnreadableCount == 0 && Stores.Select(store => store.Checksum).Distinct().Count() == 1;
}

/// <summary>The totals of a store. The lake counts with the newest version of each line.</summary>
/// <param name="Store"><c>lake</c>, <c>lookup</c> or <c>warehouse</c>.</param>
/// <param name="Purchases">Distinct purchase ids.</param>
/// <param name="Lines">Lines, or rows of the warehouse.</param>
/// <param name="Units">Sum of quantities.</param>
/// <param name="Net">Sum of quantity × unit price by currency, exact. A purchase's newest version
/// decides its currency.</param>
/// <param name="Checksum">Sum of a 128-bit hash of each line, as 32 hexadecimal digits. Does not depend on the order of
/// lines.</param>
public sealed record StoreTotals(
    string Store,
    long Purchases,
    long Lines,
    long Units,
    IReadOnlyDictionary<string, decimal> Net,
    string Checksum
);

/// <summary>A line that differs between stores.</summary>
/// <param name="PurchaseId">The line's purchase.</param>
/// <param name="Line">The line's number.</param>
/// <param name="Kind">One of <see cref="DifferenceKinds"/>.</param>
/// <param name="Fields">The fields that differ between the stores that have the line.</param>
public sealed record LineDifference(string PurchaseId, int Line, string Kind, IReadOnlyList<FieldDifference> Fields);

/// <summary>A field that differs between the stores that have the line.</summary>
/// <param name="Field">Name in the contract. <c>position</c> identifies the version that the line comes from.</param>
/// <param name="Lake">The lake's value as text; null when it is null or missing.</param>
/// <param name="Lookup">The lookup table's value.</param>
/// <param name="Warehouse">The warehouse's value.</param>
public sealed record FieldDifference(string Field, string? Lake, string? Lookup, string? Warehouse);

/// <summary>The closed list of the kinds of a <see cref="LineDifference"/>.</summary>
public static class DifferenceKinds
{
    /// <summary>Only the lake has the line.</summary>
    public const string InLakeOnly = "in_lake_only";

    /// <summary>Only the lookup table has the line.</summary>
    public const string InLookupOnly = "in_lookup_only";

    /// <summary>Only the warehouse has the line.</summary>
    public const string InWarehouseOnly = "in_warehouse_only";

    /// <summary>Every store but the lake has the line.</summary>
    public const string NotInLake = "not_in_lake";

    /// <summary>Every store but the lookup table has the line.</summary>
    public const string NotInLookup = "not_in_lookup";

    /// <summary>Every store but the warehouse has the line.</summary>
    public const string NotInWarehouse = "not_in_warehouse";

    /// <summary>All stores have the line, with different fields.</summary>
    public const string Differing = "differing";

    /// <summary>The warehouse has more than one row of the line.</summary>
    public const string DoubledInWarehouse = "doubled_in_warehouse";

    /// <summary>The lake has the same version of the line more than once.</summary>
    public const string TwiceInLake = "twice_in_lake";
}
