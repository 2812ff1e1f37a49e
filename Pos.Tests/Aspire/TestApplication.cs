using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Pos.Tests.Aspire;

/// <summary>A small application of real processes, with a folder for what they write.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private DistributedApplication? _application;

    public TestApplication(params string[] args)
    {
        Builder = DistributedApplicationTestingBuilder.Create(args);
        Builder.Services.Configure<RunOptions>(o => o.StopGrace = TimeSpan.FromSeconds(30));
        Builder.Services.AddLogging(logging => logging.ClearProviders());
    }

    public IDistributedApplicationTestingBuilder Builder { get; }

    public string Folder { get; } = Directory.CreateTempSubdirectory("pos aspire ").FullName;

    public DistributedApplication Application => _application ?? throw new InvalidOperationException("Not started.");

    public ResourceNotificationService Notifications => Application.ResourceNotifications;

    /// <summary>A shell in the folder; its script ends by itself, or goes on until it is stopped.</summary>
    public IResourceBuilder<ExecutableResource> AddShell(string name, string script) =>
        Builder.AddExecutable(name, "/bin/sh", Folder, "-c", script);

    public async Task StartAsync()
    {
        _application = await Builder.BuildAsync();
        await _application.StartAsync().WaitAsync(Patience);
    }

    public Task StopAsync() => Application.StopAsync().WaitAsync(Patience);

    /// <summary>The resource's state now; null before there is one.</summary>
    public string? State(string name) =>
        _application is not null && Notifications.TryGetCurrentState(name, out var state)
            ? state.Snapshot.State?.Text
            : null;

    public async Task<ResourceEvent> WaitForAsync(string name, params string[] states) =>
        await Notifications
            .WaitForResourceAsync(name, e => states.Contains(e.Snapshot.State?.Text))
            .WaitAsync(Patience);

    public async Task<IReadOnlyList<string>> LogAsync(string name)
    {
        var loggers = Application.Services.GetRequiredService<ResourceLoggerService>();
        var resource = Builder.Resources.Single(r => r.Name == name);
        var lines = new List<string>();
        await foreach (var batch in loggers.GetAllAsync(resource))
            lines.AddRange(batch.Select(l => l.Content));
        return lines;
    }

    /// <summary>The resource's log, once it holds the line.</summary>
    public async Task<IReadOnlyList<string>> LogWithAsync(string name, string line)
    {
        IReadOnlyList<string> lines = [];
        await Wait.UntilAsync(
            async () => (lines = await LogAsync(name)).Any(l => l.Contains(line, StringComparison.Ordinal)),
            $"'{line}' in the log of {name}"
        );
        return lines;
    }

    public string[] Written(string file) =>
        File.Exists(Path.Combine(Folder, file)) ? File.ReadAllLines(Path.Combine(Folder, file)) : [];

    public async ValueTask DisposeAsync()
    {
        if (_application is not null)
        {
            await _application.StopAsync().WaitAsync(Patience);
            await _application.DisposeAsync();
        }

        await Builder.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
