using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Pos.AppHost.Hosting;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// The AppHost as a newcomer starts it, but on ports of its own and without the sample: a process that a test can kill.
/// </summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    public const string Ready = "Pos is running.";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string _dataFolder;
    private readonly ConcurrentQueue<string> _output = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppHostProcess(string dataFolder, string[] settings)
    {
        _dataFolder = dataFolder;
        var project = Path.Combine(Repository.Folder, "Pos.AppHost", "Pos.AppHost.csproj");
        var start = new ProcessStartInfo(BuiltProgram.Find(project)!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[$"--Pos:DataFolder={dataFolder}", "--Pos:Sample=false", .. settings])
            start.ArgumentList.Add(argument);
        // Whether a container engine runs on this machine makes no difference to these tests.
        start.Environment["DOCKER_HOST"] = "unix:///no/such/engine.sock";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Heard(line.Data);
        _process.ErrorDataReceived += (_, line) => Heard(line.Data);
    }

    public string Output => string.Join('\n', _output);

    public int ProcessId => _process.Id;

    /// <param name="dataFolder">Stays when the process ends.</param>
    /// <param name="settings">More of the AppHost's settings, as <c>--Key=value</c>.</param>
    public static AppHostProcess Start(string dataFolder, params string[] settings)
    {
        var appHost = new AppHostProcess(dataFolder, settings);
        appHost._process.Start();
        appHost._process.BeginOutputReadLine();
        appHost._process.BeginErrorReadLine();
        return appHost;
    }

    /// <summary>Starts it on free ports and waits until it says that it is ready.</summary>
    public static async Task<AppHostProcess> StartReadyAsync(string dataFolder, params string[] settings)
    {
        var appHost = Start(dataFolder, ["--DcpPublisher:RandomizePorts=true", .. settings]);
        var ended = appHost.ExitCodeAsync();
        if (await Task.WhenAny(appHost._ready.Task, ended) == ended)
            throw new InvalidOperationException($"The AppHost ended with {await ended}:\n{appHost.Output}");
        return appHost;
    }

    /// <summary>A running part's address, from the file that the AppHost writes for scripts.</summary>
    public Uri Url(string name) => new(new WrittenEndpoints(_dataFolder)[name]);

    public Stores Stores => new(Endpoints);

    /// <summary>The addresses that the AppHost has written for scripts.</summary>
    public WrittenEndpoints Endpoints => new(_dataFolder);

    /// <summary>The processes that it has started and that run.</summary>
    public async Task<IReadOnlyDictionary<string, int>> ChildrenAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(_dataFolder, "processes")))
            .Select(line => line.Split('\t'))
            .ToDictionary(fields => fields[0], fields => int.Parse(fields[1], CultureInfo.InvariantCulture));

    public void Kill() => _process.Kill();

    /// <summary>
    /// Asks it to end, as Ctrl-C does, but by SIGTERM: what a shell has started in the background, and whatever that
    /// starts, ignores SIGINT.
    /// </summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        return await ExitCodeAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(s_patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The AppHost has not ended within {s_patience}:\n{Output}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await StopAsync();
        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (line.Contains(Ready, StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
