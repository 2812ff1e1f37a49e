using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;

namespace Pos.Tests.Warehouse;

/// <summary>A new, empty database with the schema, for one test.</summary>
internal sealed class WarehouseDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    private readonly WarehouseDialect _dialect;

    private WarehouseDatabase(string connectionString, WarehouseDialect dialect)
    {
        _dialect = dialect;
        ConnectionString = connectionString;
        _source = NpgsqlDataSource.Create(connectionString);
    }

    public string ConnectionString { get; }

    /// <summary>Creates a database and runs the scripts.</summary>
    /// <param name="server">The Postgres server.</param>
    /// <param name="dialect">
    /// Dialect of the scripts. <see cref="RedshiftOnPostgres"/> converts those of Redshift.
    /// </param>
    /// <param name="version">The last script to run; null to run all.</param>
    public static async Task<WarehouseDatabase> CreateAsync(
        PostgresServer server,
        WarehouseDialect dialect = WarehouseDialect.Postgres,
        int? version = null
    )
    {
        var warehouse = new WarehouseDatabase(await server.CreateDatabaseAsync(), dialect);
        if (version is { } last)
        {
            var scripts = WarehouseSchema.Scripts(dialect).Take(last).ToList();
            // DbUp's table.
            await warehouse.ExecuteAsync(
                "CREATE TABLE schemaversions (schemaversionsid serial PRIMARY KEY, "
                    + "scriptname varchar(255) NOT NULL, applied timestamp NOT NULL)"
            );
            foreach (var script in scripts)
                await warehouse.ExecuteAsync(
                    $"{script.Sql}; INSERT INTO schemaversions (scriptname, applied) VALUES ('{script.Name}', now())"
                );
            return warehouse;
        }
        if (dialect is WarehouseDialect.Postgres)
            await WarehouseSchema.MigrateAsync(warehouse.ConnectionString, NullLogger.Instance);
        else
            await warehouse.ExecuteAsync(RedshiftOnPostgres.Schema);
        return warehouse;
    }

    public NpgsqlDataSource Source => _source;

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Returns every row as the text of its columns, joined by <c>|</c>.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            rows.Add(
                string.Join(
                    '|',
                    values.Select(value =>
                        value is DateOnly day ? $"{day:yyyy-MM-dd}" : FormattableString.Invariant($"{value}")
                    )
                )
            );
        }
        return rows;
    }

    public ValueTask<NpgsqlConnection> OpenAsync() => _source.OpenConnectionAsync();

    public async Task LandAsync(IEnumerable<LandingRow> rows)
    {
        await using var connection = await OpenAsync();
        await LandAsync(connection, rows);
    }

    public static async Task LandAsync(NpgsqlConnection connection, IEnumerable<LandingRow> rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            $"COPY {WarehouseTables.Landing} ({WarehouseTables.LandingColumnList}) FROM STDIN (FORMAT BINARY)"
        );
        foreach (var row in rows)
            await copy.WriteRowAsync(CancellationToken.None, row.Values);
        await copy.CompleteAsync();
    }

    public Task MergeAsync() => ExecuteAsync($"CALL {WarehouseTables.MergeProcedure}()");

    /// <summary>Removes all lines. Redshift's rollups are views.</summary>
    public Task ClearAsync() =>
        ExecuteAsync(
            "TRUNCATE purchase_lines, purchase_lines_landing"
                + (_dialect is WarehouseDialect.Postgres ? ", purchase_slices, product_months" : "")
        );

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}

internal sealed record LandingRow(string PurchaseId, int Line, string Position)
{
    public string? CustomerId { get; init; } = "17850";
    public string? StoreId { get; init; }
    public string? Country { get; init; } = "United Kingdom";
    public string Currency { get; init; } = "GBP";
    public string ProductId { get; init; } = "85123A";
    public string? Description { get; init; } = "WHITE HANGING HEART T-LIGHT HOLDER";
    public int Quantity { get; init; } = 6;
    public decimal UnitPrice { get; init; } = 2.55m;
    public DateTime PurchasedAt { get; init; } = new(2010, 12, 1, 8, 26, 0, DateTimeKind.Utc);

    public static LandingRow From(EndToEnd.Line line) =>
        new(line.PurchaseId, line.Number, "1")
        {
            CustomerId = line.CustomerId,
            Country = line.Country,
            Currency = line.Currency,
            ProductId = line.ProductId,
            Description = line.Description,
            Quantity = line.Quantity,
            UnitPrice = line.UnitPrice,
            PurchasedAt = line.PurchasedAt.UtcDateTime,
        };

    public object?[] Values =>
        [
            PurchaseId,
            Line,
            CustomerId,
            StoreId,
            PurchasedAt,
            Country,
            Currency,
            ProductId,
            Description,
            Quantity,
            UnitPrice,
            new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
            Position,
        ];
}
