using Microsoft.Extensions.Logging.Abstractions;
using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Warehouse;

[SystemTest]
public sealed class WarehouseSchemaTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_second_migration_runs_nothing_and_keeps_the_rows()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.LandAsync([new LandingRow("536365", 1, "1")]);
        await warehouse.MergeAsync();
        var applied = await warehouse.RowsAsync("SELECT scriptname, applied FROM schemaversions ORDER BY 1");

        Assert.Equal(0, await WarehouseSchema.MigrateAsync(warehouse.ConnectionString, NullLogger.Instance));

        Assert.Equal(1L, await warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines"));
        Assert.Equal(applied, await warehouse.RowsAsync("SELECT scriptname, applied FROM schemaversions ORDER BY 1"));
        Assert.Equal(WarehouseSchema.Scripts(WarehouseDialect.Postgres).Count, applied.Count);
    }

    [Fact]
    public async Task Concurrent_migrations_without_a_database_create_one_schema()
    {
        await postgres.StartAsync();
        var connectionString = postgres.ConnectionString("made by the \"migration\"");

        var applied = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => WarehouseSchema.MigrateAsync(connectionString, NullLogger.Instance))
        );

        await using var connection = new Npgsql.NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var count = new Npgsql.NpgsqlCommand("SELECT count(*) FROM schemaversions", connection);
        Assert.Equal((long)WarehouseSchema.Scripts(WarehouseDialect.Postgres).Count, await count.ExecuteScalarAsync());
        Assert.Equal([0, 0, 0, WarehouseSchema.Scripts(WarehouseDialect.Postgres).Count], applied.Order());
    }

    [Fact]
    public async Task A_warehouse_without_rollups_has_them_after_a_migration()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres, version: 3);
        // Writes rows like that version did, without newer columns.
        await warehouse.ExecuteAsync(
            """
            INSERT INTO purchase_lines_landing (
                purchase_id, line, country, quantity, product_id,
                purchased_at, currency, unit_price, ingested_at, position)
            SELECT *, timestamptz '2010-12-01 08:26Z', 'GBP', 2.55, timestamptz '2026-01-01Z', '1'
            FROM (VALUES
                ('536365', 1, 'United Kingdom', 6, '85123A'),
                ('536365', 2, NULL, -1, '85123A'),
                ('536366', 1, 'United Kingdom', 6, '22423')) AS rows
            """
        );
        await warehouse.MergeAsync();

        await WarehouseSchema.MigrateAsync(warehouse.ConnectionString, NullLogger.Instance);
        await warehouse.LandAsync([new LandingRow("536366", 1, "2") { ProductId = "22423", Quantity = 9 }]);
        await warehouse.MergeAsync();

        Assert.Equal(
            ["536365||1|-1|0|-2.5500", "536365|United Kingdom|1|6|15.3000|0", "536366|United Kingdom|1|9|22.9500|0"],
            await warehouse.RowsAsync(
                "SELECT purchase_id, country, line_count, units, gross, returns "
                    + "FROM purchase_slices ORDER BY 1, 2 NULLS FIRST"
            )
        );
        Assert.Equal(
            ["22423|9", "85123A|-1", "85123A|6"],
            await warehouse.RowsAsync("SELECT product_id, units FROM product_months ORDER BY 1, 2")
        );
    }

    [Fact]
    public async Task The_constants_match_the_names_in_the_schema()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var columns = await warehouse.RowsAsync(
            $"""
            SELECT attname FROM pg_attribute
            WHERE attrelid = '{WarehouseTables.Landing}'::regclass AND attnum > 0
            ORDER BY attnum
            """
        );

        Assert.Equal(["landing_id", "loaded_at", .. WarehouseTables.LandingColumns], columns);
        foreach (var table in new[] { WarehouseTables.Lines, WarehouseTables.LoadManifest, WarehouseTables.LoadErrors })
            Assert.Equal(0L, await warehouse.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
    }
}
