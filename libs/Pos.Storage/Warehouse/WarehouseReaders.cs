using System.Globalization;
using Npgsql;

namespace Pos.Storage.Warehouse;

/// <summary>A user who may read the warehouse and do nothing else.</summary>
/// <param name="Name">Of the login role; 1–63 of <c>a-z0-9_</c>.</param>
/// <param name="Password">Of it.</param>
/// <param name="StatementTimeout">The server ends a statement of the user's after that long.</param>
public sealed record WarehouseReader(string Name, string Password, TimeSpan StatementTimeout);

/// <summary>Makes readers of a Postgres warehouse. A role is the server's, its rights are the database's.</summary>
public static class WarehouseReaders
{
    private const int Attempts = 5;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    // What the tables and views are, and what landed but is not merged: how old it is tells how fresh the answers are.
    private static readonly string s_readable = string.Join(
        ", ",
        [WarehouseTables.Landing, .. WarehouseTables.Readable]
    );

    /// <summary>
    /// Makes the user where it is missing, and gives it its password and rights. Changes nothing else of one that
    /// exists. Safe to call again.
    /// </summary>
    /// <param name="connectionString">The warehouse's owner, who may create roles; its schema is up to date.</param>
    /// <param name="reader">The user.</param>
    /// <param name="cancellationToken">Ends it between statements.</param>
    /// <exception cref="WarehouseReaderException">The owner may not create roles.</exception>
    /// <exception cref="NpgsqlException">The server cannot be reached or refuses.</exception>
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
                await MakeAsync(connection, reader, cancellationToken);
                return;
            }
            catch (PostgresException concurrent) when (attempt < Attempts && IsConcurrent(concurrent))
            {
                // Another database's provisioning changes the same role at this moment.
                await Task.Delay(s_pause * attempt, cancellationToken);
            }
            catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new WarehouseReaderException(reader.Name, refused);
            }
        }
    }

    private static async Task MakeAsync(
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

        // A name and a password cannot be parameters of these statements: the server quotes them.
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

/// <summary>A reader could not be made.</summary>
/// <param name="reader">The user.</param>
/// <param name="reason">What the database said.</param>
public sealed class WarehouseReaderException(string reader, Exception reason)
    : Exception(
        $"The warehouse's read-only user {reader} could not be made: {reason.Message}. Its owner needs CREATEROLE, and has to own the database.",
        reason
    );
