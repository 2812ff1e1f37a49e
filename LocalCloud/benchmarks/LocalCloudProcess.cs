using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalCloud.Benchmarks;

/// <summary>Runs LocalCloud in a separate process with a new folder, which is deleted afterwards.</summary>
internal sealed partial class LocalCloudProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private Process _process;

    private LocalCloudProcess(string folder, Process process, Uri url) =>
        (Folder, _process, Url) = (folder, process, url);

    public Uri Url { get; private set; }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>Resident memory in megabytes.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Processor time since the start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<LocalCloudProcess> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("localcloud benchmarks ").FullName;
        var (process, url) = await StartAsync(folder, cancellationToken);
        return new LocalCloudProcess(folder, process, url);
    }

    /// <summary>Kills and restarts the process on the same folder. Returns the time until it listens.</summary>
    public async Task<TimeSpan> RestartAsync(CancellationToken cancellationToken)
    {
        await KillAsync();
        var began = Stopwatch.GetTimestamp();
        (_process, Url) = await StartAsync(Folder, cancellationToken);
        return Stopwatch.GetElapsedTime(began);
    }

    private static async Task<(Process, Uri)> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        foreach (
            var argument in (string[])
                [
                    Path.Combine(AppContext.BaseDirectory, "LocalCloud.dll"),
                    "--urls=http://127.0.0.1:0",
                    $"--LocalCloud:DataFolder={folder}",
                    "--Logging:LogLevel:Default=Warning",
                    "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
                ]
        )
            start.ArgumentList.Add(argument);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && ListeningPattern().Match(text) is { Success: true } match)
                listening.TrySetResult(match.Groups[1].Value);
        };
        process.Exited += (_, _) =>
            listening.TrySetException(new InvalidOperationException("LocalCloud exited before it listened."));
        process.Start();
        process.BeginOutputReadLine();
        return (process, new Uri(await listening.Task.WaitAsync(s_timeout, cancellationToken)));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>
    /// Returns the machine's load average over the last minute; null if the system does not report it.
    /// </summary>
    public static string? GetMachineLoad() =>
        File.Exists("/proc/loadavg")
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{File.ReadAllText("/proc/loadavg").Split(' ')[0]} on {Environment.ProcessorCount} processors"
            )
            : null;

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex ListeningPattern();
}
