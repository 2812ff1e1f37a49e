namespace Pos.Storage.Warehouse.Queries;

/// <summary>
/// Splits a span of time into whole calendar months, which the rollup has, and the rest at both ends. Null bounds are
/// open.
/// </summary>
internal sealed record WholeMonths
{
    /// <summary>First whole month; null if the span is open or <see cref="HasMonths"/> is false.</summary>
    public DateTime? First { get; private init; }

    /// <summary>
    /// The month after the last whole one; null if the span is open or <see cref="HasMonths"/> is false.
    /// </summary>
    public DateTime? End { get; private init; }

    /// <summary>True if the span contains a whole month.</summary>
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
