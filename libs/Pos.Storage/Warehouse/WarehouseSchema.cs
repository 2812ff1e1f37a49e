using System.Reflection;
using DbUp;
using DbUp.Engine;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pos.Storage.Warehouse;

/// <summary>
/// Manages the warehouse's tables, procedures and views with numbered scripts. Each script runs once.
/// </summary>
public static class WarehouseSchema
{
    // Taken during a migration, so that two processes wait for each other. Any number that nothing else in the database
    // uses.
    private const long MigrationLock = 0x506f735761726568;

    /// <summary>Returns the scripts of a dialect in the order they run.</summary>
    public static IReadOnlyList<SchemaScript> Scripts(WarehouseDialect dialect)
    {
        var assembly = typeof(WarehouseSchema).Assembly;
        var prefix = $"Schema/{(dialect is WarehouseDialect.Postgres ? "postgres" : "redshift")}/";
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name => new SchemaScript(name[prefix.Length..], Read(assembly, name))),
        ];
    }

    /// <summary>
    /// Updates a Postgres database to the newest schema: creates a missing database and runs the scripts that have not
    /// run yet, each in a transaction. Can be called repeatedly and by several processes at once.
    /// </summary>
    /// <param name="connectionString">Connects as a user who may create tables, and the database if it is
    /// missing.</param>
    /// <param name="logger">Receives errors, and each step at debug level.</param>
    /// <param name="cancellationToken">
    /// Stops waiting for the server or another migration. A running script completes.
    /// </param>
    /// <returns>The number of scripts that ran; 0 when the schema was up to date.</returns>
    /// <exception cref="NpgsqlException">The server is unavailable or returned an error.</exception>
    /// <exception cref="WarehouseSchemaException">A script failed. Its changes are rolled back; earlier scripts
    /// stay.</exception>
    public static async Task<int> MigrateAsync(
        string connectionString,
        ILogger logger,
        CancellationToken cancellationToken = default
    )
    {
        await EnsureDatabaseAsync(connectionString, cancellationToken);

        // No pool: it would keep connections open that are not used again.
        connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var session = new NpgsqlConnection(connectionString);
        await session.OpenAsync(cancellationToken);
        await using (
            var takeLock = new NpgsqlCommand("SELECT pg_advisory_lock($1)", session)
            {
                Parameters = { new() { Value = MigrationLock } },
            }
        )
            await takeLock.ExecuteNonQueryAsync(cancellationToken);

        // DbUp is synchronous, and the scripts take milliseconds. Closing the session releases the lock.
        var result = await Task.Run(() => Upgrade(connectionString, logger), cancellationToken);
        if (!result.Successful)
            throw new WarehouseSchemaException(result.ErrorScript?.Name, result.Error);
        return result.Scripts.Count();
    }

    private static DatabaseUpgradeResult Upgrade(string connectionString, ILogger logger) =>
        DeployChanges
            .To.PostgresqlDatabase(connectionString)
            .WithScripts(Scripts(WarehouseDialect.Postgres).Select(script => new SqlScript(script.Name, script.Sql)))
            .WithTransactionPerScript()
            .WithVariablesDisabled() // A procedure's $$ is not a variable.
            .LogTo(new MigrationLog(logger))
            .Build()
            .PerformUpgrade();

    // Connects to the server's own database: connecting to a missing one would log FATAL on the server.
    private static async Task EnsureDatabaseAsync(string connectionString, CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var name = target.Database ?? target.Username!;
        target.Database = "postgres";
        target.Pooling = false;
        await using var connection = new NpgsqlConnection(target.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException closed)
            when (closed.SqlState is PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege)
        {
            return; // A user without access to it uses an existing database.
        }

        await using var find = new NpgsqlCommand("SELECT FROM pg_database WHERE datname = $1", connection)
        {
            Parameters = { new() { Value = name } },
        };
        await using (var found = await find.ExecuteReaderAsync(cancellationToken))
        {
            if (await found.ReadAsync(cancellationToken))
                return;
        }
        try
        {
            await using var create = new NpgsqlCommand(
                $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
                connection
            );
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (PostgresException race)
            when (race.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process created it first.
        }
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

/// <summary>One step of the schema.</summary>
/// <param name="Name">File name, <c>NNNN_what.sql</c>. The database records it after the script ran, so it must not
/// change.</param>
/// <param name="Sql">The statements.</param>
public sealed record SchemaScript(string Name, string Sql);

/// <summary>A script of the schema failed.</summary>
/// <param name="script">The script's name; null when the migration failed before the first script.</param>
/// <param name="reason">The database's error.</param>
public sealed class WarehouseSchemaException(string? script, Exception reason)
    : Exception(
        $"Cannot update the warehouse's schema ({script ?? "before the first script"}): {reason.Message}",
        reason
    );
