using System.Text;
using Npgsql;
using NpgsqlTypes;
using Pos.Contracts;

namespace Pos.Storage.Warehouse.Repair;

/// <summary>
/// Replaces wrong rows of <see cref="WarehouseTables.Lines"/> while merges continue. The merge itself cannot do this:
/// it only accepts greater positions. The rollups stay unchanged until <see cref="FinishAsync"/> rebuilds them.
/// </summary>
/// <param name="connection">An open connection of the warehouse's owner, without a transaction.</param>
/// <param name="dialect">The server's SQL dialect.</param>
public sealed class LineRepair(NpgsqlConnection connection, WarehouseDialect dialect)
{
    // Redshift allows 32,767 parameters in a statement; a row has thirteen.
    private const int MaxRowsPerStatement = 2_000;

    private const string Wrong = "wrong_lines";
    private const string Right = "right_lines";
    private const string RowColumns =
        "purchase_id, line, customer_id, store_id, purchased_at, country, currency, "
        + "product_id, description, quantity, unit_price, ingested_at, position";

    // The lock that the merge takes, so that rows do not change meanwhile. On Postgres, locking the table would block
    // readers.
    private string Lock =>
        dialect is WarehouseDialect.Postgres
            ? "SELECT pg_advisory_xact_lock(hashtextextended('merge_purchase_lines', 0))"
            : $"LOCK TABLE {WarehouseTables.Lines}";

    /// <summary>Gets the server's SQL dialect.</summary>
    /// <exception cref="NpgsqlException">The server is unavailable.</exception>
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
    /// Deletes the wrong rows and inserts the right ones whose line has no row left, in one transaction. Rows that
    /// changed since they were read stay.
    /// </summary>
    /// <param name="wrong">Rows to delete, with all duplicates of the same line and position.</param>
    /// <param name="right">Rows to insert.</param>
    /// <param name="cancellationToken">Rolls the transaction back.</param>
    /// <exception cref="NpgsqlException">
    /// The warehouse is unavailable or returned an error; nothing changed.
    /// </exception>
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
            // A copy has the types and collations of the table.
            await RunAsync(
                $"""
                CREATE TEMP TABLE {Wrong} AS
                SELECT purchase_id, line, position FROM {WarehouseTables.Lines} WHERE 1 = 0
                """,
                cancellationToken
            );
            await InsertAsync(Wrong, "purchase_id, line, position", wrong, Values, cancellationToken);
            await RunAsync(
                $"""
                DELETE FROM {WarehouseTables.Lines} USING {Wrong} AS wrong
                WHERE {WarehouseTables.Lines}.purchase_id = wrong.purchase_id
                    AND {WarehouseTables.Lines}.line = wrong.line
                    AND {WarehouseTables.Lines}.position = wrong.position
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
                WHERE NOT EXISTS (
                    SELECT 1 FROM {WarehouseTables.Lines} AS stored
                    WHERE stored.purchase_id = given.purchase_id AND stored.line = given.line
                )
                """,
                cancellationToken
            );
            await RunAsync($"DROP TABLE {Right}", cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Rebuilds key and rollups from the lines, then merges rows that landed meanwhile. Repeating it changes nothing.
    /// </summary>
    /// <param name="cancellationToken">Rolls back the running step.</param>
    /// <exception cref="NpgsqlException">The warehouse is unavailable or returned an error.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (dialect is WarehouseDialect.Postgres) // Redshift does not enforce keys, and its rollups are views.
            await RunAsync($"CALL {WarehouseTables.RebuildProcedure}()", cancellationToken);
        await RunAsync($"CALL {WarehouseTables.MergeProcedure}()", cancellationToken);
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        // No time limit: the duration depends on the number of rows.
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
        foreach (var chunk in rows.Chunk(MaxRowsPerStatement))
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
