using System.Diagnostics;
using Npgsql;
using Pos.AppHost.Embedded;
using Pos.Tests.Postgres;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace Pos.Tests.Postgres;

/// <summary>
/// A real Postgres for tests. The first test that needs it starts it; it is stopped and deleted after the last test.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string User = "pos";
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _starting = new(1);
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"pos postgres {Guid.NewGuid():N}");
    private PostgresBinaries? _binaries;
    private Process? _process;
    private int _databases;

    /// <summary>Port on 127.0.0.1, which stays the same after a restart.</summary>
    public int Port { get; private set; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Creates an empty database and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        await StartAsync(cancellationToken);
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancellationToken);
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name);
    }

    /// <summary>Returns the connection string of a database, which need not exist.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Username = User,
            Database = database,
            Timeout = 5,
            MaxPoolSize = 20,
        }.ConnectionString;

    /// <summary>Starts the server if it is not running.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_process is { HasExited: false })
                return;
            if (_binaries is null)
                await InitAsync(cancellationToken);
            await LaunchAsync(cancellationToken);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        _starting.Dispose();
    }

    private async Task InitAsync(CancellationToken cancellationToken)
    {
        var binaries = await EmbeddedPackages.PostgresAsync();
        Directory.CreateDirectory(_folder);
        await UnprivilegedAccount.TakeOverAsync(_folder, cancellationToken);
        await Tool.RunAsync(
            Unprivileged(
                binaries.Program("initdb"),
                "-D",
                DataFolder,
                "-U",
                User,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync"
            ),
            cancellationToken
        );
        Port = Loopback.FreePort();
        _binaries = binaries;
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var start = Unprivileged(
            _binaries!.Program("postgres"),
            "-D",
            DataFolder,
            "-p",
            $"{Port}",
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
            "-c",
            "fsync=off",
            "-c",
            "synchronous_commit=off",
            "-c",
            "full_page_writes=off", // Tests need no protection against power loss.
            "-c",
            "logging_collector=off",
            "-c",
            "log_min_messages=fatal",
            "-c",
            "log_min_error_statement=panic"
        );
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { }; // Reads the output, so that Postgres never blocks.
        _process.BeginErrorReadLine();

        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited && waited.Elapsed < s_startLimit)
            {
                await Task.Delay(20, cancellationToken);
            }
        }
    }

    private async Task StopAsync()
    {
        if (_process is null)
            return;
        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows())
                _process.Kill(entireProcessTree: true);
            else
                // Ends Postgres and its children at once.
                await Tool.RunAsync(new ProcessStartInfo("kill", ["-QUIT", $"{_process.Id}"]), CancellationToken.None);
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
        _process = null;
    }

    private string DataFolder => Path.Combine(_folder, "data");

    private static ProcessStartInfo Unprivileged(string program, params string[] arguments)
    {
        var (command, prefix) = UnprivilegedAccount.Wrap(program);
        return new ProcessStartInfo(command, [.. prefix, .. arguments]) { WorkingDirectory = Path.GetTempPath() };
    }
}
