using Npgsql;
using Pos.Contracts.Lookup;
using static Pos.Storage.Warehouse.Queries.SalesSql;

namespace Pos.Storage.Warehouse.Queries;

/// <summary>
/// Questions of sales, by event time, in SQL that runs on Redshift and Postgres alike. Every value is a parameter.
/// All throw <see cref="NpgsqlException"/> when the warehouse cannot be reached or refuses.
/// </summary>
public sealed class SalesQueries(NpgsqlDataSource warehouse)
{
    /// <summary>Longest series; a century of days.</summary>
    public const int MaxPoints = 36_525;

    /// <summary>Totals; zeros when there are no sales.</summary>
    /// <param name="filter">Of what.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<SalesTotals> TotalsAsync(SalesFilter filter, CancellationToken cancellationToken)
    {
        await using var command = warehouse.CreateCommand();
        // Of one currency: Postgres sorts for each distinct count, and by purchase_id alone in half the time that
        // (currency, purchase_id) takes.
        command.CommandText = $"""
            SELECT coalesce(sum(gross), 0), coalesce(sum(returns), 0), count(DISTINCT purchase_id),
                count(DISTINCT CASE WHEN line_count > returned_lines THEN purchase_id END), CAST(coalesce(sum(units), 0) AS bigint), count(DISTINCT customer_id)
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

    /// <summary>Currencies that have sales, in order; the filter's own does not narrow them.</summary>
    /// <param name="filter">The span, country and store.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<IReadOnlyList<string>> CurrenciesAsync(SalesFilter filter, CancellationToken cancellationToken)
    {
        await using var command = warehouse.CreateCommand();
        command.CommandText =
            $"SELECT DISTINCT currency FROM purchase_slices WHERE {Slices(filter, command, ofItsCurrency: false)} ORDER BY currency";
        return await ReadAsync(command, row => row.GetString(0), cancellationToken);
    }

    /// <summary>
    /// Hours, days or months that have sales, oldest first; one more than <see cref="MaxPoints"/> at most.
    /// </summary>
    /// <param name="grain">How long a point is.</param>
    /// <param name="filter">What it is of.</param>
    /// <param name="cancellationToken">Ends the query.</param>
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
            SELECT date_trunc('{unit}', hour), count(DISTINCT purchase_id), CAST(sum(line_count) AS bigint), CAST(sum(units) AS bigint), sum(gross), sum(returns)
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
    /// The best, best first; of equals the first by key. What has no product, country, store or customer is left out.
    /// </summary>
    /// <param name="dimension">By what.</param>
    /// <param name="measure">Best in what.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="filter">Among which lines.</param>
    /// <param name="cancellationToken">Ends the query.</param>
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
            SELECT key, max(description), CAST(sum(units) AS bigint) AS units, sum(gross), sum(returns), sum(gross) + sum(returns) AS net
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

    /// <summary>How new the warehouse is.</summary>
    /// <param name="cancellationToken">Ends the queries.</param>
    public async Task<SalesFreshness> FreshnessAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.OpenConnectionAsync(cancellationToken);
        // One by one: Redshift's system views, of which load_manifest is one there, do not go together with tables.
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
            $"SELECT {column} AS key, CAST(NULL AS varchar(500)) AS description, units, gross, returns FROM purchase_slices WHERE {column} IS NOT NULL AND {Slices(filter, command)}",
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
                $"SELECT product_id AS key, description, units, gross, returns FROM product_months WHERE {string.Join(" AND ", conditions)}"
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
