using Aspire.Hosting.Testing;
using Npgsql;
using Pos.Storage.Warehouse;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Tests the read-only users of the warehouse in a running system.</summary>
[SystemTest]
public sealed class WarehouseUsersTests(RunningSystem system)
{
    [Fact]
    public async Task A_BI_user_reads_every_view_and_cannot_write()
    {
        var connectionString = await ConnectionStringAsync("warehouse-bi");
        await using (var reading = await OpenAsync(connectionString))
        {
            foreach (var relation in WarehouseTables.Readable)
            {
                await using var read = new NpgsqlCommand($"SELECT count(*) FROM {relation}", reading);
                Assert.True((long)(await read.ExecuteScalarAsync())! >= 0);
            }
            await using (var writable = new NpgsqlCommand("SET default_transaction_read_only = off", reading))
                await writable.ExecuteNonQueryAsync();
            foreach (var sql in new[] { "DELETE FROM purchase_lines", "CREATE TABLE mine (a integer)", "SET ROLE pos" })
            {
                await using var write = new NpgsqlCommand(sql, reading);
                Assert.Equal(
                    PostgresErrorCodes.InsufficientPrivilege,
                    (await Assert.ThrowsAsync<PostgresException>(() => write.ExecuteNonQueryAsync())).SqlState
                );
            }
        }
        var refused = await Assert.ThrowsAsync<PostgresException>(() =>
            OpenAsync($"{connectionString};Password=another")
        );
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [Fact]
    public async Task The_lookup_service_connects_as_a_read_only_user()
    {
        using var http = new HttpClient();
        Assert.NotEmpty(await http.GetStringAsync(new Uri(await system.UrlAsync("lookup"), "/sales/freshness")));
        await using var owner = await OpenAsync(await ConnectionStringAsync("warehouse"));
        await using var users = new NpgsqlCommand(
            "SELECT DISTINCT usename::text FROM pg_stat_activity WHERE application_name = 'pos-lookup'",
            owner
        );
        Assert.Equal("pos_lookup", await users.ExecuteScalarAsync());
    }

    private async Task<string> ConnectionStringAsync(string name) =>
        (await (await system.ApplicationAsync()).GetConnectionStringAsync(name))!;

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection($"{connectionString};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
