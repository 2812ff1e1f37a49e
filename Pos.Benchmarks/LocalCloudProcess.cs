using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Pos.Benchmarks;

/// <summary>LocalCloud as a process of its own, on a new folder that goes with it.</summary>
internal sealed partial class LocalCloudProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;

    private LocalCloudProcess(Process process, string folder, Uri url, TimeSpan start) => (_process, _folder, Url, Start) = (process, folder, url, start);

    public Uri Url { get; }

    /// <summary>From its start until it listened.</summary>
    public TimeSpan Start { get; }

    /// <summary>Resident memory.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<LocalCloudProcess> StartAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("pos benchmarks ").FullName;
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Pos.LocalCloud.dll"), "--urls=http://127.0.0.1:0", $"--LocalCloud:DataFolder={folder}", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information"])
            start.ArgumentList.Add(argument);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && ListeningOn().Match(text) is { Success: true } match)
                listening.TrySetResult(match.Groups[1].Value);
        };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("LocalCloud ended before it listened."));
        var began = TimeProvider.System.GetTimestamp();
        process.Start();
        process.BeginOutputReadLine();
        var url = await listening.Task.WaitAsync(s_patience, cancellationToken);
        return new LocalCloudProcess(process, folder, new Uri(url), TimeProvider.System.GetElapsedTime(began));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What else the machine does: runnable processes, over the last minute; null where the system does not tell.</summary>
    public static string? MachineLoad() =>
        File.Exists("/proc/loadavg") ? string.Create(CultureInfo.InvariantCulture, $"{File.ReadAllText("/proc/loadavg").Split(' ')[0]} on {Environment.ProcessorCount} processors") : null;

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex ListeningOn();
}
