using Microsoft.Extensions.Logging.Abstractions;
using Pos.Tests.Postgres;
using Pos.Warehouse;
using Xunit;

namespace Pos.Tests.Warehouse;

public sealed class WarehouseSchemaTests(PostgresServer postgres)
{
    [Fact]
    public async Task Migrating_again_keeps_the_rows_and_runs_nothing()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.LandAsync([new LandingRow("536365", 1, "1")]);
        await warehouse.MergeAsync();
        var applied = await warehouse.RowsAsync("SELECT scriptname, applied FROM schemaversions ORDER BY 1");

        await WarehouseSchema.MigrateAsync(warehouse.ConnectionString, NullLogger.Instance);

        Assert.Equal(1L, await warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines"));
        Assert.Equal(applied, await warehouse.RowsAsync("SELECT scriptname, applied FROM schemaversions ORDER BY 1"));
        Assert.Equal(WarehouseSchema.Scripts(WarehouseDialect.Postgres).Count, applied.Count);
    }

    [Fact]
    public async Task Two_migrations_at_once_and_no_database_yet_make_one_schema()
    {
        await postgres.StartAsync();
        var connectionString = postgres.ConnectionString("made by the \"migration\"");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WarehouseSchema.MigrateAsync(connectionString, NullLogger.Instance)));

        await using var connection = new Npgsql.NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var count = new Npgsql.NpgsqlCommand("SELECT count(*) FROM schemaversions", connection);
        Assert.Equal((long)WarehouseSchema.Scripts(WarehouseDialect.Postgres).Count, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task The_constants_are_the_schemas_names()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        var columns = await warehouse.RowsAsync($"SELECT attname FROM pg_attribute WHERE attrelid = '{WarehouseTables.Landing}'::regclass AND attnum > 0 ORDER BY attnum");

        Assert.Equal(["landing_id", "loaded_at", .. WarehouseTables.LandingColumns], columns);
        foreach (var table in new[] { WarehouseTables.Lines, WarehouseTables.LoadManifest, WarehouseTables.LoadErrors })
            Assert.Equal(0L, await warehouse.ScalarAsync<long>($"SELECT count(*) FROM {table}"));
    }
}
