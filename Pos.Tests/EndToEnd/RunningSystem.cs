using System.Diagnostics;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(Pos.Tests.EndToEnd.RunningSystem))]

namespace Pos.Tests.EndToEnd;

/// <summary>
/// Runs the AppHost with all its processes. The first test that needs it starts it, with its own data folder and ports.
/// </summary>
public sealed class RunningSystem : IAsyncDisposable
{
    /// <summary>A setting of the AppHost.</summary>
    public const string NoSample = "--Pos:Sample=false";

    private const int SampleLines = 5_000;
    private static readonly TimeSpan s_start = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_restart = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = TemporaryDataFolder.Create("pos data ");
    private readonly string[] _settings;
    private readonly Lazy<Task<DistributedApplication>> _application;

    public RunningSystem()
        : this(TestBackend.Settings) { }

    /// <param name="settings">Settings of the AppHost, such as <c>--Key=value</c>.</param>
    internal RunningSystem(string[] settings)
    {
        _settings = settings;
        _application = new(StartAsync);
    }

    public Task<DistributedApplication> ApplicationAsync() => _application.Value;

    public async Task<Uri> UrlAsync(string resource) => (await _application.Value).GetEndpoint(resource);

    /// <summary>Returns the addresses in <c>endpoints.json</c>.</summary>
    internal async Task<WrittenEndpoints> EndpointsAsync()
    {
        await _application.Value;
        return new WrittenEndpoints(_folder);
    }

    internal async Task<Stores> StoresAsync() => new(await EndpointsAsync());

    /// <summary>Waits for a number of running processes of a resource and returns their ids.</summary>
    public async Task<IReadOnlyList<string>> ProcessesAsync(string resource, int count)
    {
        var application = await _application.Value;
        var running = new HashSet<string>();
        using var limit = new CancellationTokenSource(s_restart);
        await foreach (var change in application.ResourceNotifications.WatchAsync(limit.Token))
        {
            if (
                change.Resource.Name == resource
                && change.Snapshot.State?.Text == KnownResourceStates.Running
                && running.Add(change.ResourceId)
                && running.Count == count
            )
                break;
        }
        return [.. running.Order(StringComparer.Ordinal)];
    }

    /// <summary>Kills a process with SIGKILL and waits for its end.</summary>
    /// <param name="process">Id of the process, or name of a resource with one process.</param>
    public async Task KillAsync(string process)
    {
        var (application, running) = await FindAsync(process);
        try
        {
            using var killed = Process.GetProcessById(ProcessId(running)!.Value);
            killed.Kill();
        }
        catch (ArgumentException notFound)
        {
            throw new InvalidOperationException($"{process} is not running: {running.Snapshot}", notFound);
        }
        using var limit = new CancellationTokenSource(s_restart);
        await application.ResourceNotifications.WaitForResourceAsync(
            running.Resource.Name,
            e =>
                e.ResourceId == running.ResourceId
                && KnownResourceStates.TerminalStates.Contains(e.Snapshot.State?.Text),
            limit.Token
        );
    }

    /// <summary>Suspends a process with SIGSTOP until <see cref="ContinueAsync"/>.</summary>
    public Task StallAsync(string process) => SignalAsync(process, "-STOP");

    public Task ContinueAsync(string process) => SignalAsync(process, "-CONT");

    /// <summary>Starts a process that was killed, and waits until the new one is healthy.</summary>
    public async Task StartAsync(string process)
    {
        var (application, ended) = await FindAsync(process);
        var killed = ProcessId(ended);
        using var limit = new CancellationTokenSource(s_restart);
        while (
            !(
                await application.ResourceCommands.ExecuteCommandAsync(
                    ended.ResourceId,
                    KnownResourceCommands.StartCommand,
                    limit.Token
                )
            ).Success
        )
            await Task.Delay(100, limit.Token);
        // The newest known state may still be that of the killed process.
        await application.ResourceNotifications.WaitForResourceAsync(
            ended.Resource.Name,
            now =>
                now.ResourceId == ended.ResourceId
                && now.Snapshot.State?.Text == KnownResourceStates.Running
                && ProcessId(now) != killed
                && now.Snapshot.HealthStatus == HealthStatus.Healthy,
            limit.Token
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_application.IsValueCreated)
        {
            var application = await _application.Value;
            await application.StopAsync();
            await application.DisposeAsync();
        }
        Directory.Delete(_folder, recursive: true);
    }

    private async Task SignalAsync(string process, string signal)
    {
        var (_, running) = await FindAsync(process);
        using var kill = Process.Start("kill", [signal, $"{ProcessId(running)}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private async Task<(DistributedApplication, ResourceEvent)> FindAsync(string process)
    {
        var application = await _application.Value;
        return application.ResourceNotifications.TryGetCurrentState(process, out var state)
            ? (application, state)
            : throw new InvalidOperationException($"There is no {process}.");
    }

    private static int? ProcessId(ResourceEvent change) =>
        change.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value as int?;

    private async Task<DistributedApplication> StartAsync()
    {
        using var limit = new CancellationTokenSource(s_start);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Pos_AppHost>(
            [$"--Pos:DataFolder={_folder}", .. _settings],
            limit.Token
        );
        var application = await builder.BuildAsync(limit.Token);
        await application.StartAsync(limit.Token);
        // Written when everything runs and the sample is sent. Before that, the AppHost ends if a test kills a process.
        var endpoints = Path.Combine(_folder, "endpoints.json");
        var stopping = application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var started = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        while (!File.Exists(endpoints))
            await Task.Delay(s_poll, started.Token);
        if (!_settings.Contains(NoSample))
            await WaitForSampleAsync(application, started.Token);
        return application;
    }

    // The warehouse gets the sample last.
    private static async Task WaitForSampleAsync(
        DistributedApplication application,
        CancellationToken cancellationToken
    )
    {
        await using var warehouse = NpgsqlDataSource.Create(
            (await application.GetConnectionStringAsync("warehouse", cancellationToken))!
        );
        await using var lines = warehouse.CreateCommand("SELECT count(*) FROM purchase_lines");
        while ((long)(await lines.ExecuteScalarAsync(cancellationToken))! < SampleLines)
            await Task.Delay(s_poll, cancellationToken);
    }
}
