using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;
using Pos.AppHost.Backends;

namespace Pos.AppHost.Embedded;

/// <summary>A Postgres of its own, as a process: binaries from npm, data in the data folder.</summary>
internal sealed class EmbeddedPostgresResource(string name, string command, string workingDirectory)
    : ExecutableResource(name, command, workingDirectory),
        IOwnPostgres
{
    public required string Password { get; init; }

    public ReferenceExpression ConnectionStringExpression => ConnectionStringOf("pos", Password);

    public ReferenceExpression ConnectionStringOf(string user, string password)
    {
        var port = this.GetEndpoint("tcp").Property(EndpointProperty.Port);
        return ReferenceExpression.Create(
            $"Host=127.0.0.1;Port={port};Username={user};Password={password};Database=pos"
        );
    }
}

internal static partial class EmbeddedPostgres
{
    private static readonly TimeSpan s_initializing = TimeSpan.FromMinutes(2);

    public static IResourceBuilder<IResourceWithConnectionString> AddEmbeddedPostgres(
        this IDistributedApplicationBuilder builder,
        string name,
        DataFolder data,
        NpmPackages packages
    )
    {
        var binaries = packages.Folder.InNodeModules(
            "@embedded-postgres",
            $"{OsName}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
            "native",
            "bin"
        );
        var folder = data["postgres"];
        var (command, prefix) = AsOrdinaryUser(Path.Combine(binaries, "postgres"));
        var resource = new EmbeddedPostgresResource(name, command, packages.Folder.Path)
        {
            Password = data.Secret("postgres-password", () => RandomNumberGenerator.GetHexString(32, lowercase: true)),
        };

        builder
            .Services.AddHealthChecks()
            .AddAsyncCheck(name, cancellationToken => CheckAsync(resource, folder, cancellationToken));
        var postgres = builder
            .AddResource(resource)
            .WithEndpoint(port: builder.WarehousePort(), scheme: "tcp", name: "tcp")
            .WithArgs([
                .. prefix,
                "-D",
                folder,
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
                (_, started, cancellationToken) =>
                    InitializeAsync(
                        resource,
                        Path.Combine(binaries, "initdb"),
                        folder,
                        packages,
                        started.Services,
                        cancellationToken
                    )
            );
        return postgres;
    }

    private static string OsName =>
        OperatingSystem.IsMacOS() ? "darwin"
        : OperatingSystem.IsWindows() ? "windows"
        : "linux";

    // initdb leaves a half-made folder when it is killed: it works beside, and a rename makes the result count.
    private static async Task InitializeAsync(
        EmbeddedPostgresResource postgres,
        string initdb,
        string folder,
        NpmPackages packages,
        IServiceProvider services,
        CancellationToken cancellationToken
    )
    {
        if (packages.Install is { } install)
            await services
                .GetRequiredService<ResourceNotificationService>()
                .WaitForResourceAsync(install.Resource.Name, KnownResourceStates.Finished, cancellationToken);
        var logger = services.GetRequiredService<ResourceLoggerService>().GetLogger(postgres);
        if (Directory.Exists(folder))
        {
            await KilledPostgres.ClearAsync(folder, logger, cancellationToken);
            return;
        }

        LogMaking(logger, folder);
        var partial = folder + ".partial";
        var passwordFile = folder + ".pwfile";
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        await File.WriteAllTextAsync(passwordFile, postgres.Password + "\n", cancellationToken);
        try
        {
            var (command, prefix) = AsOrdinaryUser(initdb);
            await RunAsync(
                "initdb",
                command,
                [
                    .. prefix,
                    "-D",
                    partial,
                    "-U",
                    "pos",
                    "-A",
                    "scram-sha-256",
                    "--pwfile",
                    passwordFile,
                    "-E",
                    "UTF8",
                    "--locale=C",
                ],
                cancellationToken
            );
            Directory.Move(partial, folder);
        }
        finally
        {
            File.Delete(passwordFile);
        }
    }

    private static async Task RunAsync(string name, string command, string[] args, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_initializing);
        using var process = Process.Start(
            new ProcessStartInfo(command, args) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
            var errors = await process.StandardError.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            if (process.ExitCode != 0)
                throw new InvalidOperationException(
                    $"{name} ended with exit code {process.ExitCode}: {errors.Trim()} {(await output).Trim()}"
                );
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{name} did not end within {s_initializing}.");
        }
    }

    // Postgres refuses to run as root. As nobody it could not read a checkout below /root, hence the one capability.
    private static (string Command, string[] Prefix) AsOrdinaryUser(string program) =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
            ? (
                "setpriv",
                [
                    "--reuid=65534",
                    "--regid=65534",
                    "--clear-groups",
                    "--inh-caps=+dac_override",
                    "--ambient-caps=+dac_override",
                    "--",
                    program,
                ]
            )
            : (program, []);

    private static async Task<HealthCheckResult> CheckAsync(
        EmbeddedPostgresResource postgres,
        string folder,
        CancellationToken cancellationToken
    )
    {
        // Postgres logs each early connection as FATAL. Its lock file tells when it takes them.
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

    [LoggerMessage(1, LogLevel.Information, "Making a database in {Folder}")]
    private static partial void LogMaking(ILogger logger, string folder);
}
