using System.Runtime.CompilerServices;
using Npgsql;
using Pos.Storage.Warehouse;

namespace Pos.Reconciliation.Stores;

/// <summary>Reads every row of <see cref="WarehouseTables.Lines"/> in no particular order.</summary>
internal static class WarehouseLines
{
    public static async IAsyncEnumerable<StoredLine> ReadAsync(
        NpgsqlDataSource warehouse,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var command = warehouse.CreateCommand(
            $"""
            SELECT purchase_id, line, position, product_id, description, quantity, unit_price,
                   customer_id, store_id, country, currency, purchased_at, ingested_at
            FROM {WarehouseTables.Lines}
            """
        );
        command.CommandTimeout = 0; // No limit: the time grows with the table.
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var (position, compact) = ("", "");
        while (await row.ReadAsync(cancellationToken))
        {
            // Rows of the same version usually follow each other.
            if (row.GetString(2) is var next && next != position)
                (position, compact) = (next, Positions.Compact(next));
            yield return new(
                row.GetString(0),
                row.GetInt32(1),
                compact,
                row.GetString(3),
                Text(row, 4),
                row.GetInt32(5),
                row.GetDecimal(6),
                HasOwnHeader: true,
                new(
                    Text(row, 7),
                    Text(row, 8),
                    Text(row, 9),
                    row.GetString(10),
                    row.GetDateTime(11),
                    row.GetDateTime(12)
                )
            );
        }
    }

    /// <summary>Counts rows that are loaded and not merged yet.</summary>
    public static async Task<long> CountLandedAsync(NpgsqlDataSource warehouse, CancellationToken cancellationToken)
    {
        await using var command = warehouse.CreateCommand($"SELECT count(*) FROM {WarehouseTables.Landing}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);
}
