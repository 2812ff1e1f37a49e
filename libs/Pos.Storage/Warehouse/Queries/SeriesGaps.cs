namespace Pos.Storage.Warehouse.Queries;

/// <summary>Fills the gaps of a series.</summary>
public static class SeriesGaps
{
    /// <summary>
    /// Adds points with zeros where there were no sales, between the bounds. An open bound means the first or the last
    /// sale.
    /// </summary>
    /// <param name="points">Points with sales, oldest first.</param>
    /// <param name="from">First moment; the series starts with the point that contains it.</param>
    /// <param name="to">First moment after the series.</param>
    /// <returns>Null when there would be more than <see cref="SalesQueries.MaxPoints"/> points.</returns>
    public static IReadOnlyList<SalesPoint>? Fill(
        IReadOnlyList<SalesPoint> points,
        SalesGrain grain,
        DateTime? from,
        DateTime? to
    )
    {
        if ((from is null || to is null) && points.Count == 0)
            return [];
        var start = Floor(from ?? points[0].Start, grain);
        var end = to ?? Next(points[^1].Start, grain);
        var filled = new List<SalesPoint>();
        var next = 0;
        for (var at = start; at < end; at = Next(at, grain))
        {
            if (filled.Count == SalesQueries.MaxPoints)
                return null;
            filled.Add(
                next < points.Count && points[next].Start == at ? points[next++] : new SalesPoint(at, 0, 0, 0, 0, 0, 0)
            );
        }
        return filled;
    }

    private static DateTime Floor(DateTime time, SalesGrain grain) =>
        grain switch
        {
            SalesGrain.Month => new DateTime(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Utc),
            SalesGrain.Day => time.Date,
            _ => time,
        };

    private static DateTime Next(DateTime time, SalesGrain grain) =>
        grain switch
        {
            SalesGrain.Month => time.AddMonths(1),
            SalesGrain.Day => time.AddDays(1),
            _ => time.AddHours(1),
        };
}
