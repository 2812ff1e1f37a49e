using System.Text;
using Npgsql;
using NpgsqlTypes;
using Pos.Contracts;

namespace Pos.Storage.Warehouse.Repair;

/// <summary>
/// Replaces rows of <see cref="WarehouseTables.Lines"/> that are not as they should be, beside merges that go on. The
/// merge itself cannot: it takes greater positions only. The rollups stay as they are until <see cref="FinishAsync"/>,
/// which sums them anew: what was changed past the merge is not in them.
/// </summary>
/// <param name="connection">Open, without a transaction; the owner's.</param>
/// <param name="dialect">What the server speaks.</param>
public sealed class LineRepair(NpgsqlConnection connection, WarehouseDialect dialect)
{
    // Redshift takes 32,767 parameters a statement; a row has thirteen.
    private const int RowsOfAStatement = 2_000;

    private const string Wrong = "wrong_lines";
    private const string Right = "right_lines";
    private const string RowColumns =
        "purchase_id, line, customer_id, store_id, purchased_at, country, currency, product_id, description, quantity, unit_price, ingested_at, position";

    // The merge's own lock, so that what is looked at here stays as it is. On Postgres a lock of the table would keep
    // readers waiting.
    private string Lock =>
        dialect is WarehouseDialect.Postgres
            ? "SELECT pg_advisory_xact_lock(hashtextextended('merge_purchase_lines', 0))"
            : $"LOCK TABLE {WarehouseTables.Lines}";

    /// <summary>What the server speaks.</summary>
    /// <param name="connection">Open.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    /// <exception cref="NpgsqlException">The server cannot be reached.</exception>
    public static async Task<WarehouseDialect> DialectOfAsync(
        NpgsqlConnection connection,
        CancellationToken cancellationToken
    )
    {
        await using var version = new NpgsqlCommand("SELECT version()", connection);
        return ((string)(await version.ExecuteScalarAsync(cancellationToken))!).Contains(
            "Redshift",
            StringComparison.Ordinal
        )
            ? WarehouseDialect.Redshift
            : WarehouseDialect.Postgres;
    }

    /// <summary>
    /// Takes the wrong rows away, and puts the right ones where no row of their line is left, all or nothing. Rows that
    /// are newer than what was seen stay.
    /// </summary>
    /// <param name="wrong">Rows to take away; all of the same identity and position, if there are several.</param>
    /// <param name="right">Rows to put.</param>
    /// <param name="cancellationToken">Undoes it.</param>
    /// <exception cref="NpgsqlException">The warehouse cannot be reached or refuses; nothing was changed.</exception>
    public async Task ReplaceAsync(
        IReadOnlyCollection<SeenRow> wrong,
        IReadOnlyCollection<LineRow> right,
        CancellationToken cancellationToken
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(Lock, cancellationToken);
        if (wrong.Count > 0)
        {
            // With the types and collations of the table itself.
            await RunAsync(
                $"CREATE TEMP TABLE {Wrong} AS SELECT purchase_id, line, position FROM {WarehouseTables.Lines} WHERE 1 = 0",
                cancellationToken
            );
            await InsertAsync(Wrong, "purchase_id, line, position", wrong, Values, cancellationToken);
            await RunAsync(
                $"""
                DELETE FROM {WarehouseTables.Lines} USING {Wrong} AS wrong
                WHERE {WarehouseTables.Lines}.purchase_id = wrong.purchase_id AND {WarehouseTables.Lines}.line = wrong.line AND {WarehouseTables.Lines}.position = wrong.position
                """,
                cancellationToken
            );
            await RunAsync($"DROP TABLE {Wrong}", cancellationToken);
        }
        if (right.Count > 0)
        {
            await RunAsync(
                $"CREATE TEMP TABLE {Right} AS SELECT {RowColumns} FROM {WarehouseTables.Lines} WHERE 1 = 0",
                cancellationToken
            );
            await InsertAsync(Right, RowColumns, right, Values, cancellationToken);
            await RunAsync(
                $"""
                INSERT INTO {WarehouseTables.Lines} ({RowColumns})
                SELECT {RowColumns} FROM {Right} AS given
                WHERE NOT EXISTS (SELECT 1 FROM {WarehouseTables.Lines} AS stored WHERE stored.purchase_id = given.purchase_id AND stored.line = given.line)
                """,
                cancellationToken
            );
            await RunAsync($"DROP TABLE {Right}", cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Makes anew what hangs on the lines, and merges what has landed meanwhile. Again, it changes nothing.
    /// </summary>
    /// <param name="cancellationToken">Undoes the step under way.</param>
    /// <exception cref="NpgsqlException">The warehouse cannot be reached or refuses.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (dialect is WarehouseDialect.Postgres) // Redshift's key is a promise, and its rollups are views.
            await RunAsync($"CALL {WarehouseTables.RebuildProcedure}()", cancellationToken);
        await RunAsync($"CALL {WarehouseTables.MergeProcedure}()", cancellationToken);
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        // As long as it takes; the token ends it.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task InsertAsync<T>(
        string table,
        string columns,
        IEnumerable<T> rows,
        Func<T, NpgsqlParameter[]> values,
        CancellationToken cancellationToken
    )
    {
        foreach (var chunk in rows.Chunk(RowsOfAStatement))
        {
            await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
            var sql = new StringBuilder($"INSERT INTO {table} ({columns}) VALUES ");
            foreach (var row in chunk)
            {
                sql.Append(command.Parameters.Count == 0 ? "(" : ", (");
                foreach (var (at, value) in values(row).Index())
                {
                    command.Parameters.Add(value);
                    sql.Append(at == 0 ? "$" : ", $").Append(command.Parameters.Count);
                }
                sql.Append(')');
            }
            command.CommandText = sql.ToString();
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static NpgsqlParameter[] Values(SeenRow row) =>
        [Text(row.PurchaseId), Number(row.Line), Text(row.Position)];

    private static NpgsqlParameter[] Values(LineRow row) =>
        [
            Text(row.PurchaseId),
            Number(row.Line),
            Text(row.CustomerId),
            Text(row.StoreId),
            Time(row.PurchasedAt),
            Text(row.Country),
            Text(row.Currency),
            Text(row.ProductId),
            Text(row.Description),
            Number(row.Quantity),
            new() { Value = row.UnitPrice, NpgsqlDbType = NpgsqlDbType.Numeric },
            Time(row.IngestedAt),
            Text(row.Position),
        ];

    private static NpgsqlParameter Text(string? value) =>
        new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Varchar };

    private static NpgsqlParameter Number(int value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Integer };

    private static NpgsqlParameter Time(DateTime value) =>
        new() { Value = value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
