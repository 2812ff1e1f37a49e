using Npgsql;
using Pos.Contracts.Lookup;

namespace Pos.Storage.Warehouse.Queries;

/// <summary>
/// Queries single purchases and customers, in SQL for Redshift and Postgres. All methods throw
/// <see cref="NpgsqlException"/> when the warehouse is unavailable or returns an error.
/// </summary>
public sealed class PurchaseQueries(NpgsqlDataSource warehouse)
{
    /// <summary>Counts the rows of a purchase.</summary>
    public async Task<PurchaseRows> RowsAsync(string purchaseId, CancellationToken cancellationToken)
    {
        await using var command = warehouse.CreateCommand();
        var id = SalesSql.Parameter(command, purchaseId);
        command.CommandText = $"""
            SELECT (SELECT count(*) FROM purchase_lines WHERE purchase_id = {id}),
                (SELECT count(*) FROM purchase_lines_landing WHERE purchase_id = {id})
            """;
        return (
            await SalesSql.ReadAsync(
                command,
                row => new PurchaseRows(row.GetInt64(0), row.GetInt64(1)),
                cancellationToken
            )
        )[0];
    }

    /// <summary>Gets a customer's totals by currency.</summary>
    public async Task<IReadOnlyList<CustomerTotal>> CustomerTotalsAsync(
        string customerId,
        CancellationToken cancellationToken
    )
    {
        await using var command = warehouse.CreateCommand();
        command.CommandText = $"""
            SELECT currency, count(DISTINCT purchase_id), CAST(sum(units) AS bigint), sum(gross), sum(returns)
            FROM purchase_slices
            WHERE customer_id = {SalesSql.Parameter(command, customerId)}
            GROUP BY currency
            HAVING sum(line_count) > 0
            ORDER BY currency
            """;
        return await SalesSql.ReadAsync(
            command,
            row =>
            {
                var (gross, returns) = (Amount.Exact(row.GetDecimal(3)), Amount.Exact(row.GetDecimal(4)));
                return new CustomerTotal(
                    row.GetString(0),
                    row.GetInt64(1),
                    row.GetInt64(2),
                    gross,
                    returns,
                    gross + returns
                );
            },
            cancellationToken
        );
    }

    /// <summary>
    /// Lists the purchases that sales consist of, newest hour first, each with its part in the hour's sales. They add
    /// up to the totals of the same filter.
    /// </summary>
    /// <param name="filter">Selects the sales.</param>
    /// <param name="productId">Only purchases with a line of this product, including their other lines; null for
    /// all.</param>
    /// <param name="limit">Maximum number of purchases.</param>
    /// <param name="after">The last purchase of the previous page; null for the first page.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public async Task<IReadOnlyList<SoldPurchase>> ListAsync(
        SalesFilter filter,
        string? productId,
        int limit,
        SoldPurchaseKey? after,
        CancellationToken cancellationToken
    )
    {
        await using var command = warehouse.CreateCommand();
        List<string> conditions = [SalesSql.Slices(filter, command)];
        if (productId is not null)
            conditions.Add(
                "purchase_id IN (SELECT purchase_id FROM purchase_lines "
                    + $"WHERE product_id = {SalesSql.Parameter(command, productId)})"
            );
        if (after is { } last)
        {
            var hour = SalesSql.Parameter(command, DateTime.SpecifyKind(last.Hour, DateTimeKind.Unspecified));
            conditions.Add(
                $"(hour < {hour} OR (hour = {hour} AND purchase_id > {SalesSql.Parameter(command, last.PurchaseId)}))"
            );
        }
        command.CommandText = $"""
            SELECT purchase_id, hour, max(customer_id), max(store_id), max(country),
                CAST(sum(line_count) AS bigint), CAST(sum(units) AS bigint), sum(gross), sum(returns)
            FROM purchase_slices
            WHERE {string.Join(" AND ", conditions)}
            GROUP BY purchase_id, hour
            HAVING sum(line_count) > 0
            ORDER BY hour DESC, purchase_id
            LIMIT {SalesSql.Parameter(command, limit)}
            """;
        return await SalesSql.ReadAsync(
            command,
            row =>
            {
                var (gross, returns) = (Amount.Exact(row.GetDecimal(7)), Amount.Exact(row.GetDecimal(8)));
                return new SoldPurchase(
                    row.GetString(0),
                    SalesSql.Utc(row.GetDateTime(1)),
                    Text(row, 2),
                    Text(row, 3),
                    Text(row, 4),
                    row.GetInt64(5),
                    row.GetInt64(6),
                    gross,
                    returns,
                    gross + returns
                );
            },
            cancellationToken
        );

        static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
    }
}

/// <summary>Identifies an entry in a list of purchases by hour.</summary>
/// <param name="Hour">First moment of the hour, UTC.</param>
/// <param name="PurchaseId">The purchase's id.</param>
public sealed record SoldPurchaseKey(DateTime Hour, string PurchaseId);
