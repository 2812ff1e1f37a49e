using System.Reflection;
using DbUp;
using DbUp.Engine;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Pos.Storage.Warehouse;

/// <summary>The warehouse's tables, merge procedure and views, as numbered scripts that each run once.</summary>
public static class WarehouseSchema
{
    // Held while migrating, so that two starters wait for each other. Any number that nothing else in the database
    // uses.
    private const long MigrationLock = 0x506f735761726568;

    /// <summary>The scripts of a dialect in the order they run.</summary>
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
    /// Brings a Postgres database to the newest schema: makes the database when it is missing and runs the scripts that
    /// have not run yet, each in a transaction. Safe to call again, and from several processes at once.
    /// </summary>
    /// <param name="connectionString">A user who may create tables (and the database, when it is missing).</param>
    /// <param name="logger">Told about failures, and at debug level about each step.</param>
    /// <param name="cancellationToken">Ends the wait for the server and for another migration; a script that runs ends
    /// first.</param>
    /// <returns>How many scripts ran; none when the schema was the newest.</returns>
    /// <exception cref="NpgsqlException">The server cannot be reached or refuses.</exception>
    /// <exception cref="WarehouseSchemaException">A script failed; its changes are rolled back, earlier scripts
    /// stay.</exception>
    public static async Task<int> MigrateAsync(
        string connectionString,
        ILogger logger,
        CancellationToken cancellationToken = default
    )
    {
        await EnsureDatabaseAsync(connectionString, cancellationToken);

        // Once and then no more: a pool would keep connections open that nobody uses.
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

        // DbUp is synchronous, and the scripts take milliseconds. The lock goes with the session.
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
            .WithVariablesDisabled() // a procedure's $$ is no variable
            .LogTo(new MigrationLog(logger))
            .Build()
            .PerformUpgrade();

    // Asked of the server's own database: connecting to one that is missing would stand as FATAL in the server's log.
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
            return; // Whoever may not look there has been given a database.
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
            // Another starter was quicker.
        }
    }

    private static string Read(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}

/// <summary>One step of the schema.</summary>
/// <param name="Name">File name, <c>NNNN_what.sql</c>; recorded in the database once it has run, so it never
/// changes.</param>
/// <param name="Sql">The statements.</param>
public sealed record SchemaScript(string Name, string Sql);

/// <summary>A script of the schema failed.</summary>
/// <param name="script">Its name; null when the failure was before any script.</param>
/// <param name="reason">What the database said.</param>
public sealed class WarehouseSchemaException(string? script, Exception reason)
    : Exception(
        $"The warehouse's schema could not be brought up to date ({script ?? "before the first script"}): {reason.Message}",
        reason
    );
