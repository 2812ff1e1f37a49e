using System.Globalization;
using Npgsql;

namespace Pos.Storage.Warehouse;

/// <summary>A read-only user of the warehouse.</summary>
/// <param name="Name">Name of the login role; 1–63 of <c>a-z0-9_</c>.</param>
/// <param name="Password">Password of the role.</param>
/// <param name="StatementTimeout">The server cancels the user's statements after this time.</param>
public sealed record WarehouseReader(string Name, string Password, TimeSpan StatementTimeout);

/// <summary>
/// Creates read-only users of a Postgres warehouse. Roles belong to the server, permissions to the database.
/// </summary>
public static class WarehouseReaders
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    // The landing table too: the age of its rows shows how current the answers are.
    private static readonly string s_readable = string.Join(
        ", ",
        [WarehouseTables.Landing, .. WarehouseTables.Readable]
    );

    /// <summary>
    /// Creates the user if it is missing, and sets its password and permissions. Changes nothing else of an existing
    /// user. Repeating it changes nothing.
    /// </summary>
    /// <param name="connectionString">Connects as the warehouse's owner, who may create roles. The schema must be up to
    /// date.</param>
    /// <param name="cancellationToken">Stops between statements.</param>
    /// <exception cref="WarehouseReaderException">The owner may not create roles.</exception>
    /// <exception cref="NpgsqlException">The server is unavailable or returned an error.</exception>
    public static async Task EnsureAsync(
        string connectionString,
        WarehouseReader reader,
        CancellationToken cancellationToken = default
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(
                    new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString
                );
                await connection.OpenAsync(cancellationToken);
                await CreateAsync(connection, reader, cancellationToken);
                return;
            }
            catch (PostgresException concurrent) when (attempt < MaxAttempts && IsConcurrent(concurrent))
            {
                // Provisioning of another database changes the same role.
                await Task.Delay(s_pause * attempt, cancellationToken);
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new WarehouseReaderException(reader.Name, refused);
            }
        }
    }

    private static async Task CreateAsync(
        NpgsqlConnection connection,
        WarehouseReader reader,
        CancellationToken cancellationToken
    )
    {
        await using (
            var find = new NpgsqlCommand("SELECT 1 FROM pg_roles WHERE rolname = $1", connection)
            {
                Parameters = { new() { Value = reader.Name } },
            }
        )
        {
            if (await find.ExecuteScalarAsync(cancellationToken) is null)
                await RunAsync("CREATE ROLE %1$I LOGIN NOINHERIT");
        }
        await RunAsync("ALTER ROLE %1$I LOGIN PASSWORD %2$L");
        await RunAsync("ALTER ROLE %1$I SET statement_timeout = %3$L");
        await RunAsync("ALTER ROLE %1$I SET default_transaction_read_only = on");
        await RunAsync("GRANT CONNECT ON DATABASE %4$I TO %1$I");
        await RunAsync("GRANT USAGE ON SCHEMA public TO %1$I");
        await RunAsync($"GRANT SELECT ON {s_readable} TO %1$I");

        // These statements take no parameters for name and password, so the server quotes them.
        async Task RunAsync(string statement)
        {
            var milliseconds = ((long)reader.StatementTimeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            await using var format = new NpgsqlCommand("SELECT format($1, $2, $3, $4, current_database())", connection)
            {
                Parameters =
                {
                    new() { Value = statement },
                    new() { Value = reader.Name },
                    new() { Value = reader.Password },
                    new() { Value = milliseconds },
                },
            };
            await using var command = new NpgsqlCommand(
                (string)(await format.ExecuteScalarAsync(cancellationToken))!,
                connection
            );
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static bool IsConcurrent(PostgresException error) =>
        error.SqlState
            is PostgresErrorCodes.DuplicateObject
                or PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.InternalError; // "tuple concurrently updated"
}

/// <summary>A read-only user could not be created.</summary>
/// <param name="reader">The user's name.</param>
/// <param name="reason">The database's error.</param>
public sealed class WarehouseReaderException(string reader, Exception reason)
    : Exception(
        $"Cannot create the warehouse's read-only user {reader}: {reason.Message}. The warehouse's owner needs "
            + "CREATEROLE and must own the database.",
        reason
    );
