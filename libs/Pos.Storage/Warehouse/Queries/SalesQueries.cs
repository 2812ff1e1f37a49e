using Npgsql;
using Pos.Contracts.Lookup;
using static Pos.Storage.Warehouse.Queries.SalesSql;

namespace Pos.Storage.Warehouse.Queries;

/// <summary>
/// Queries sales by event time, in SQL for Redshift and Postgres. Every value is a parameter. All methods throw
/// <see cref="NpgsqlException"/> when the warehouse is unavailable or returns an error.
/// </summary>
public sealed class SalesQueries(NpgsqlDataSource warehouse)
{
    /// <summary>Maximum number of points in a series: a century of days.</summary>
    public const int MaxPoints = 36_525;

    /// <summary>Gets totals; zeros when there are no sales.</summary>
    public async Task<SalesTotals> TotalsAsync(SalesFilter filter, CancellationToken cancellationToken)
    {
        await using var command = warehouse.CreateCommand();
        // One currency per query: Postgres sorts for each distinct count, and sorting by purchase_id takes half as long
        // as sorting by (currency, purchase_id).
        command.CommandText = $"""
            SELECT coalesce(sum(gross), 0), coalesce(sum(returns), 0), count(DISTINCT purchase_id),
                count(DISTINCT CASE WHEN line_count > returned_lines THEN purchase_id END),
                CAST(coalesce(sum(units), 0) AS bigint), count(DISTINCT customer_id)
            FROM purchase_slices
            WHERE {Slices(filter, command)}
            """;
        return (
            await ReadAsync(
                command,
                row => new SalesTotals
                {
                    Currency = filter.Currency,
                    Gross = Amount.Exact(row.GetDecimal(0)),
                    Returns = Amount.Exact(row.GetDecimal(1)),
                    Purchases = row.GetInt64(2),
                    Baskets = row.GetInt64(3),
                    Units = row.GetInt64(4),
                    Customers = row.GetInt64(5),
                },
                cancellationToken
            )
        )[0];
    }

    /// <summary>Lists the currencies with sales, in alphabetical order.</summary>
    /// <param name="filter">Span, country and store. The currency is ignored.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<string>> CurrenciesAsync(SalesFilter filter, CancellationToken cancellationToken)
    {
        await using var command = warehouse.CreateCommand();
        command.CommandText =
            "SELECT DISTINCT currency FROM purchase_slices "
            + $"WHERE {Slices(filter, command, withCurrency: false)} ORDER BY currency";
        return await ReadAsync(command, row => row.GetString(0), cancellationToken);
    }

    /// <summary>
    /// Lists hours, days or months with sales, oldest first. Returns one point more than <see cref="MaxPoints"/> if
    /// there are too many.
    /// </summary>
    public async Task<IReadOnlyList<SalesPoint>> SeriesAsync(
        SalesGrain grain,
        SalesFilter filter,
        CancellationToken cancellationToken
    )
    {
        var unit = grain switch
        {
            SalesGrain.Month => "month",
            SalesGrain.Day => "day",
            _ => "hour",
        };
        await using var command = warehouse.CreateCommand();
        command.CommandText = $"""
            SELECT date_trunc('{unit}', hour), count(DISTINCT purchase_id),
                CAST(sum(line_count) AS bigint), CAST(sum(units) AS bigint), sum(gross), sum(returns)
            FROM purchase_slices
            WHERE {Slices(filter, command)}
            GROUP BY 1
            ORDER BY 1
            LIMIT {MaxPoints + 1}
            """;
        return await ReadAsync(
            command,
            row =>
            {
                var (gross, returns) = (Amount.Exact(row.GetDecimal(4)), Amount.Exact(row.GetDecimal(5)));
                return new SalesPoint(
                    Utc(row.GetDateTime(0)),
                    row.GetInt64(1),
                    row.GetInt64(2),
                    row.GetInt64(3),
                    gross,
                    returns,
                    gross + returns
                );
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Lists the best products, countries, stores or customers, best first; equal values in order of their key. Leaves
    /// out lines without a value for the dimension.
    /// </summary>
    public async Task<IReadOnlyList<SalesShare>> TopAsync(
        SalesDimension dimension,
        SalesMeasure measure,
        int limit,
        SalesFilter filter,
        CancellationToken cancellationToken
    )
    {
        await using var command = warehouse.CreateCommand();
        var parts = dimension switch
        {
            SalesDimension.Product => Products(filter, command),
            SalesDimension.Country => Shares("country", filter, command),
            SalesDimension.Store => Shares("store_id", filter, command),
            _ => Shares("customer_id", filter, command),
        };
        if (parts.Count == 0)
            return [];
        command.CommandText = $"""
            SELECT key, max(description), CAST(sum(units) AS bigint) AS units,
                sum(gross), sum(returns), sum(gross) + sum(returns) AS net
            FROM ({string.Join(" UNION ALL ", parts)}) AS parts
            GROUP BY key
            ORDER BY {(measure is SalesMeasure.Units ? "units" : "net")} DESC, key
            LIMIT {Parameter(command, limit)}
            """;
        return await ReadAsync(
            command,
            row => new SalesShare(
                row.GetString(0),
                row.IsDBNull(1) ? null : row.GetString(1),
                row.GetInt64(2),
                Amount.Exact(row.GetDecimal(3)),
                Amount.Exact(row.GetDecimal(4)),
                Amount.Exact(row.GetDecimal(5))
            ),
            cancellationToken
        );
    }

    /// <summary>Gets how current the warehouse is.</summary>
    public async Task<SalesFreshness> FreshnessAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.OpenConnectionAsync(cancellationToken);
        // Separate queries: on Redshift, load_manifest reads a system view, which cannot be joined with tables.
        var newestEvent = await OneAsync("SELECT max(purchased_at) FROM purchase_lines");
        var newestLoad = await OneAsync("SELECT max(finished) FROM load_manifest");
        var rows = await OneAsync("SELECT CAST(sum(line_count) AS bigint) FROM purchase_slices");
        var landed = await OneAsync("SELECT count(*) FROM purchase_lines_landing");
        var oldestLanded = await OneAsync("SELECT min(loaded_at) FROM purchase_lines_landing");
        return new SalesFreshness(
            Time(newestEvent),
            Time(newestLoad),
            rows as long? ?? 0,
            (long)landed!,
            Time(oldestLanded)
        );

        async Task<object?> OneAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(cancellationToken);
        }

        static DateTime? Time(object? value) => value is DateTime time ? Utc(time) : null;
    }

    private static List<string> Shares(string column, SalesFilter filter, NpgsqlCommand command) =>
        [
            $"""
                SELECT {column} AS key, CAST(NULL AS varchar(500)) AS description, units, gross, returns
                FROM purchase_slices
                WHERE {column} IS NOT NULL AND {Slices(filter, command)}
                """,
        ];

    private static List<string> Products(SalesFilter filter, NpgsqlCommand command)
    {
        var months = WholeMonths.From(filter.From, filter.To);
        var parts = new List<string>();
        if (months.HasMonths)
        {
            List<string> conditions = [.. Headers(filter, command)];
            if (months.First is { } first)
                conditions.Add($"month >= {Parameter(command, DateOnly.FromDateTime(first))}");
            if (months.End is { } end)
                conditions.Add($"month < {Parameter(command, DateOnly.FromDateTime(end))}");
            parts.Add(
                $"""
                SELECT product_id AS key, description, units, gross, returns
                FROM product_months
                WHERE {string.Join(" AND ", conditions)}
                """
            );
        }
        foreach (var (from, to) in months.Ends)
        {
            parts.Add(
                $"""
                SELECT product_id AS key, description, quantity AS units,
                    CASE WHEN quantity > 0 THEN quantity * unit_price ELSE 0 END AS gross,
                    CASE WHEN quantity < 0 THEN quantity * unit_price ELSE 0 END AS returns
                FROM purchase_lines
                WHERE {string.Join(" AND ", Headers(filter, command))}
                    AND purchased_at >= {Parameter(command, from)} AND purchased_at < {Parameter(command, to)}
                """
            );
        }
        return parts;
    }
}
