using System.Diagnostics;
using System.Text.RegularExpressions;

namespace LocalCloud.Tests.Support;

/// <summary>LocalCloud in a separate process, which a test can kill.</summary>
internal sealed partial class LocalCloudProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly IEnumerable<string> _output;

    private LocalCloudProcess(Process process, string url, IEnumerable<string> output) =>
        (_process, Url, _output) = (process, url, output);

    public string Url { get; }
    public bool IsKilled
    {
        get;
        private set => Volatile.Write(ref field, value);
    }

    /// <summary>The first thousand lines of output.</summary>
    public IReadOnlyList<string> Output => [.. _output];

    /// <summary>The peak resident memory of the process in bytes.</summary>
    public long PeakBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Starts LocalCloud and waits until it listens.</summary>
    /// <param name="dataFolder">The data folder, which remains when the process ends.</param>
    /// <param name="settings">More configuration, as <c>--Key=value</c>.</param>
    public static async Task<LocalCloudProcess> StartAsync(string dataFolder, params string[] settings)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = dataFolder,
        };
        foreach (
            var argument in (string[])
                [
                    typeof(LocalCloudOptions).Assembly.Location,
                    "--urls=http://127.0.0.1:0",
                    $"--LocalCloud:DataFolder={dataFolder}",
                    "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
                    .. settings,
                ]
        )
            start.ArgumentList.Add(argument);

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new System.Collections.Concurrent.ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        process.ErrorDataReceived += (_, line) => OnOutput(line.Data);
        process.Exited += (_, _) =>
            listening.TrySetException(
                new InvalidOperationException($"LocalCloud exited before it listened:\n{string.Join('\n', output)}")
            );
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new LocalCloudProcess(process, await listening.Task.WaitAsync(s_timeout), output);
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }

        void OnOutput(string? line)
        {
            if (line is null)
                return;
            if (output.Count < 1000)
                output.Enqueue(line);
            if (ListeningOn().Match(line) is { Success: true } match)
                listening.TrySetResult(match.Groups[1].Value);
        }
    }

    /// <summary>Kills the process, like <c>kill -9</c>, and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        Kill();
        await _process.WaitForExitAsync().WaitAsync(s_timeout);
    }

    /// <summary>Kills the process without waiting for its end.</summary>
    public void Kill()
    {
        IsKilled = true;
        _process.Kill();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex ListeningOn();
}
