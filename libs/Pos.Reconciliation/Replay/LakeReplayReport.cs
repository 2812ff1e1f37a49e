namespace Pos.Reconciliation.Replay;

/// <summary>What a replay of the lake did.</summary>
public sealed record LakeReplayReport
{
    /// <summary>To the lookup table.</summary>
    public required RepairCounts Lookup { get; init; }

    /// <summary>To the warehouse.</summary>
    public required RepairCounts Warehouse { get; init; }

    /// <summary>
    /// Lines that lookup table and warehouse both have, and the lake has not: it may have lost them, so they stay.
    /// </summary>
    public required long NotInLake { get; init; }

    /// <summary>
    /// Lines of one store only that the lake has not and that stay, because something of the lake cannot be read and
    /// they may be in that.
    /// </summary>
    public required long Doubtful { get; init; }

    /// <summary>Items that could not be written: somebody else did all the time, or they would be too large.</summary>
    public required long NotWritten { get; init; }

    /// <summary>Objects and lines of the lake that cannot be read.</summary>
    public required long UnreadableInLake { get; init; }

    /// <summary>The first of them, and of the lookup table's items: where, and why.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>
    /// Whether lookup table and warehouse are what the lake says, as far as it was replayed, but for what is on its
    /// way.
    /// </summary>
    public bool IsWhole => NotInLake + Doubtful + NotWritten + UnreadableInLake == 0;
}

/// <summary>What was changed in a store.</summary>
/// <param name="Put">Lines put or replaced.</param>
/// <param name="Removed">Lines, or doubles of lines, taken away.</param>
public readonly record struct RepairCounts(long Put, long Removed)
{
    /// <summary>Both together.</summary>
    public static RepairCounts operator +(RepairCounts one, RepairCounts other) =>
        new(one.Put + other.Put, one.Removed + other.Removed);
}
