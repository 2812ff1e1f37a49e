using Npgsql;
using Pos.Storage.Warehouse;
using Pos.Tests.Postgres;
using Xunit;

namespace Pos.Tests.Warehouse;

[SystemTest]
public sealed class ReaderTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_reader_can_read_every_table_and_view_and_change_nothing()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.LandAsync([
            new LandingRow("536365", 1, "1"),
            new LandingRow("C536366", 1, "1") { Quantity = -1 },
        ]);
        await warehouse.MergeAsync();
        await using var reading = await OpenAsync(warehouse, "pos_test_bi");

        foreach (var relation in WarehouseTables.Readable)
            Assert.True(await CountAsync(reading, relation) >= 0);
        Assert.Equal(2, await CountAsync(reading, "purchases"));
        Assert.Equal(1, await CountAsync(reading, "returns"));

        // Even without its read-only mode, the user lacks permissions.
        await using (var write = new NpgsqlCommand("SET default_transaction_read_only = off", reading))
            await write.ExecuteNonQueryAsync();
        string[] writes =
        [
            "INSERT INTO purchase_lines SELECT * FROM purchase_lines",
            "UPDATE purchase_lines SET quantity = 1",
            "DELETE FROM purchase_lines",
            "TRUNCATE purchase_lines",
            "DELETE FROM purchase_lines_landing",
            "DELETE FROM purchase_slices",
            "DELETE FROM product_months",
            "DELETE FROM load_manifest",
            "DELETE FROM load_errors",
            "CREATE TABLE mine (a integer)",
            "CREATE TEMPORARY TABLE mine (a integer)",
            "CREATE VIEW mine AS SELECT 1",
            "CREATE SCHEMA mine",
            "CREATE ROLE another",
            "CREATE DATABASE mine",
            "DROP VIEW purchases",
            "ALTER TABLE purchase_lines ADD mine integer",
            "CALL merge_purchase_lines()",
            "SET ROLE pos",
            "SET SESSION AUTHORIZATION pos",
            "ALTER ROLE pos_test_bi SUPERUSER",
            "COPY purchase_lines FROM '/dev/null'",
            "COPY purchase_lines TO PROGRAM 'cat'",
            "SELECT pg_read_file('/etc/hostname')",
            "SELECT 1 FROM purchase_lines FOR UPDATE",
        ];
        foreach (var sql in writes)
        {
            await using var command = new NpgsqlCommand(sql, reading);
            var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Equal((PostgresErrorCodes.InsufficientPrivilege, sql), (refused.SqlState, sql));
        }
        Assert.Equal(2L, await warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines"));
    }

    [Fact]
    public async Task A_readers_statements_have_a_timeout_and_its_sessions_are_read_only()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await using var reading = await OpenAsync(warehouse, "pos_test_slow", TimeSpan.FromMilliseconds(50));
        await using var slow = new NpgsqlCommand("SELECT pg_sleep(30)", reading);
        Assert.Equal(
            PostgresErrorCodes.QueryCanceled,
            (await Assert.ThrowsAsync<PostgresException>(() => slow.ExecuteNonQueryAsync())).SqlState
        );
        await using var mode = new NpgsqlCommand("SHOW transaction_read_only", reading);
        Assert.Equal("on", await mode.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Creating_readers_repeatedly_and_concurrently_works()
    {
        await using var first = await WarehouseDatabase.CreateAsync(postgres);
        await using var second = await WarehouseDatabase.CreateAsync(postgres);
        var reader = Reader("pos_test_twice");
        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i => WarehouseReaders.EnsureAsync((i % 2 == 0 ? first : second).ConnectionString, reader))
        );
        await using var reading = await OpenAsync(second, reader.Name);
        Assert.Equal(0, await CountAsync(reading, "purchase_lines"));
    }

    [Fact]
    public async Task An_owner_without_CREATEROLE_gets_an_error()
    {
        await using var warehouse = await WarehouseDatabase.CreateAsync(postgres);
        await warehouse.ExecuteAsync("CREATE ROLE pos_test_weak LOGIN");
        var error = await Assert.ThrowsAsync<WarehouseReaderException>(() =>
            WarehouseReaders.EnsureAsync(
                $"{warehouse.ConnectionString};Username=pos_test_weak",
                Reader("pos_test_never")
            )
        );
        Assert.Contains("pos_test_never", error.Message, StringComparison.Ordinal);
        Assert.Contains("CREATEROLE", error.Message, StringComparison.Ordinal);
    }

    private static WarehouseReader Reader(string name, TimeSpan? timeout = null) =>
        new(name, "it's a \"secret\"", timeout ?? TimeSpan.FromSeconds(30));

    private static async Task<NpgsqlConnection> OpenAsync(
        WarehouseDatabase warehouse,
        string name,
        TimeSpan? timeout = null
    )
    {
        await WarehouseReaders.EnsureAsync(warehouse.ConnectionString, Reader(name, timeout));
        var connection = new NpgsqlConnection($"{warehouse.ConnectionString};Username={name};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string relation)
    {
        await using var count = new NpgsqlCommand($"SELECT count(*) FROM {relation}", connection);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
