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

    // What Redshift lacks or forbids: https://docs.aws.amazon.com/redshift/latest/dg/c_unsupported-postgresql-features.html
    [Theory]
    [InlineData("ON CONFLICT")]
    [InlineData("DISTINCT ON")]
    [InlineData("jsonb")]
    [InlineData(" text")]
    [InlineData("FILTER (")]
    [InlineData("GENERATED ALWAYS")]
    [InlineData("RETURNING")]
    [InlineData("COLLATE")]
    [InlineData("CREATE INDEX")]
    public void The_Redshift_files_keep_to_what_Redshift_has(string lacking)
    {
        var scripts = WarehouseSchema.Scripts(WarehouseDialect.Redshift);
        Assert.NotEmpty(scripts);
        foreach (var script in scripts)
        {
            var statements = string.Join('\n', script.Sql.Split('\n').Select(line => line.Split("--")[0]));
            Assert.DoesNotContain(lacking, statements, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void The_views_are_the_same_in_both_dialects()
    {
        var postgres = WarehouseSchema.Scripts(WarehouseDialect.Postgres).Single(script => script.Name == "0003_views.sql");
        var redshift = WarehouseSchema.Scripts(WarehouseDialect.Redshift).Single(script => script.Name == "0003_views.sql");
        Assert.Equal(postgres.Sql, redshift.Sql);
    }
}
