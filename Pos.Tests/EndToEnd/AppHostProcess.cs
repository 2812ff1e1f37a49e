using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Pos.AppHost.Hosting;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// Runs the AppHost as a process that tests can kill, with free ports and without the sample.
/// </summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    public const string Ready = "Pos is running.";
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(3);

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
        // Hides a container engine of this machine, so that it makes no difference.
        start.Environment["DOCKER_HOST"] = "unix:///no/such/engine.sock";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnLine(line.Data);
        _process.ErrorDataReceived += (_, line) => OnLine(line.Data);
    }

    public string Output => string.Join('\n', _output);

    public int ProcessId => _process.Id;

    /// <param name="dataFolder">Is not deleted.</param>
    /// <param name="settings">Further settings of the AppHost, such as <c>--Key=value</c>.</param>
    public static AppHostProcess Start(string dataFolder, params string[] settings)
    {
        var appHost = new AppHostProcess(dataFolder, settings);
        appHost._process.Start();
        appHost._process.BeginOutputReadLine();
        appHost._process.BeginErrorReadLine();
        return appHost;
    }

    /// <summary>Starts the AppHost on free ports and waits until it is ready.</summary>
    public static async Task<AppHostProcess> StartReadyAsync(string dataFolder, params string[] settings)
    {
        var appHost = Start(dataFolder, ["--DcpPublisher:RandomizePorts=true", .. settings]);
        var ended = appHost.ExitCodeAsync();
        if (await Task.WhenAny(appHost._ready.Task, ended) == ended)
            throw new InvalidOperationException($"The AppHost ended with {await ended}:\n{appHost.Output}");
        return appHost;
    }

    /// <summary>Returns the address of a running part.</summary>
    public Uri Url(string name) => new(new WrittenEndpoints(_dataFolder)[name]);

    public Stores Stores => new(Endpoints);

    /// <summary>The addresses that the AppHost has written for scripts.</summary>
    public WrittenEndpoints Endpoints => new(_dataFolder);

    /// <summary>Returns the running processes of the AppHost.</summary>
    public async Task<IReadOnlyDictionary<string, int>> ChildrenAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(_dataFolder, "processes")))
            .Select(line => line.Split('\t'))
            .ToDictionary(fields => fields[0], fields => int.Parse(fields[1], CultureInfo.InvariantCulture));

    public void Kill() => _process.Kill();

    /// <summary>
    /// Ends the AppHost like Ctrl-C, but with SIGTERM: processes started in the background of a shell ignore SIGINT.
    /// </summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", ProcessId.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        return await ExitCodeAsync();
    }

    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(s_timeout);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The AppHost did not end within {s_timeout}:\n{Output}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await StopAsync();
        _process.Dispose();
    }

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        if (line.Contains(Ready, StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
