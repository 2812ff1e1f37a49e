using Npgsql;

namespace Pos.Warehouse.Queries;

/// <summary>Sales of one span of time in one currency.</summary>
/// <param name="Start">First day of the span, by event time in UTC.</param>
/// <param name="Currency">ISO 4217 code; amounts of different currencies never add up.</param>
/// <param name="Purchases">Distinct purchases.</param>
/// <param name="Lines">Lines of them.</param>
/// <param name="Units">Sum of quantities, returns deducted.</param>
/// <param name="Gross">What was sold.</param>
/// <param name="Returns">What was taken back, negative.</param>
/// <param name="Net">Gross and returns together.</param>
public sealed record SalesPoint(DateOnly Start, string Currency, long Purchases, long Lines, long Units, decimal Gross, decimal Returns, decimal Net);

/// <summary>How long a point of a series is.</summary>
public enum SalesGrain
{
    /// <summary>A UTC day.</summary>
    Day,

    /// <summary>A UTC calendar month.</summary>
    Month,
}

/// <summary>Queries that run on Redshift and Postgres alike, over the views.</summary>
public sealed class SalesQueries(NpgsqlDataSource warehouse)
{
    /// <summary>Longest answer; a century of days.</summary>
    public const int MostPoints = 36_525;

    /// <summary>Sales by day or month, oldest first.</summary>
    /// <param name="grain">Day or month.</param>
    /// <param name="from">First day, included; a month counts by its first day. Null for no bound.</param>
    /// <param name="to">First day that is not included. Null for no bound.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="NpgsqlException">The warehouse cannot be reached or refuses.</exception>
    public async Task<IReadOnlyList<SalesPoint>> SeriesAsync(SalesGrain grain, DateOnly? from, DateOnly? to, CancellationToken cancellationToken)
    {
        var (view, column) = grain is SalesGrain.Month ? ("sales_by_month", "month") : ("sales_by_day", "day");
        await using var command = warehouse.CreateCommand($"""
            SELECT {column}, currency, purchases, line_count, units, gross, returns, net
            FROM {view}
            WHERE {column} >= $1 AND {column} < $2
            ORDER BY {column}, currency
            LIMIT {MostPoints}
            """);
        command.Parameters.Add(new() { Value = from ?? DateOnly.MinValue });
        command.Parameters.Add(new() { Value = to ?? DateOnly.MaxValue });

        var points = new List<SalesPoint>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            points.Add(new SalesPoint(
                reader.GetFieldValue<DateOnly>(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                Exact(reader.GetDecimal(5)), Exact(reader.GetDecimal(6)), Exact(reader.GetDecimal(7))));
        }
        return points;
    }

    // The column's scale is four places; a decimal divided by one has those that it needs.
    private static decimal Exact(decimal amount) => amount / 1.0000000000000000000000000000m;
}
