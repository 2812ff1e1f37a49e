namespace Pos.Storage.Warehouse.Queries;

/// <summary>
/// A span of time as whole calendar months, which are summed already, and what is left at its ends. Bounds that are
/// null are open.
/// </summary>
internal sealed record WholeMonths
{
    /// <summary>First whole month; null with <see cref="HasMonths"/> for no bound.</summary>
    public DateTime? First { get; private init; }

    /// <summary>The month after the last whole one; null with <see cref="HasMonths"/> for no bound.</summary>
    public DateTime? End { get; private init; }

    /// <summary>Whether there is a whole month in the span.</summary>
    public bool HasMonths { get; private init; }

    /// <summary>The spans before and after the whole months; the whole span when there is none.</summary>
    public IReadOnlyList<(DateTime From, DateTime To)> Ends { get; private init; } = [];

    public static WholeMonths From(DateTime? from, DateTime? to)
    {
        var first = from is { } start
            ? MonthOf(start) < start
                ? MonthOf(start).AddMonths(1)
                : start
            : (DateTime?)null;
        var end = to is { } stop ? MonthOf(stop) : (DateTime?)null;
        if (first >= end)
            return new WholeMonths { Ends = from < to ? [(from!.Value, to!.Value)] : [] };

        var ends = new List<(DateTime, DateTime)>();
        if (from < first)
            ends.Add((from!.Value, first!.Value));
        if (end < to)
            ends.Add((end!.Value, to!.Value));
        return new WholeMonths
        {
            First = first,
            End = end,
            HasMonths = true,
            Ends = ends,
        };
    }

    private static DateTime MonthOf(DateTime time) => new(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Utc);
}
