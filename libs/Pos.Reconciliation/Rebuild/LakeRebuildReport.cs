namespace Pos.Reconciliation.Rebuild;

/// <summary>Reports the changes of a rebuild from the lake.</summary>
public sealed record LakeRebuildReport
{
    /// <summary>Changes of the lookup table.</summary>
    public required RepairCounts Lookup { get; init; }

    /// <summary>Changes of the warehouse.</summary>
    public required RepairCounts Warehouse { get; init; }

    /// <summary>
    /// Lines that lookup table and warehouse have, but the lake lacks. The lake may have lost them, so they stay.
    /// </summary>
    public required long NotInLake { get; init; }

    /// <summary>
    /// Lines of only one store that the lake lacks. They stay, because they may be in a part of the lake that cannot be
    /// read.
    /// </summary>
    public required long Doubtful { get; init; }

    /// <summary>Lookup items not written: other writers kept changing them, or they would be too large.</summary>
    public required long NotWritten { get; init; }

    /// <summary>Objects and lines of the lake that cannot be read.</summary>
    public required long UnreadableInLake { get; init; }

    /// <summary>The first unreadable parts of lake and lookup table, each with its location and error.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>
    /// True if lookup table and warehouse match the rebuilt part of the lake, except for lines in flight.
    /// </summary>
    public bool IsWhole => NotInLake + Doubtful + NotWritten + UnreadableInLake == 0;
}

/// <summary>Counts the changes of a store.</summary>
/// <param name="Put">Lines added or replaced.</param>
/// <param name="Removed">Lines, or duplicates of lines, removed.</param>
public readonly record struct RepairCounts(long Put, long Removed)
{
    /// <summary>Adds two counts.</summary>
    public static RepairCounts operator +(RepairCounts one, RepairCounts other) =>
        new(one.Put + other.Put, one.Removed + other.Removed);
}
