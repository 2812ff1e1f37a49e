using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Pos.Tests.Telemetry;

/// <summary>A service in a separate process, on a free port.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ServiceProcess(Process process, string url) =>
        (_process, Url, Http) = (
            process,
            url,
            // Do not propagate the test's trace, so that each request starts a new one.
            new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new(url) }
        );

    public string Url { get; }
    public HttpClient Http { get; }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="assembly">Name of the program, such as <c>Pos.Ingest</c>. Its project must have been built.</param>
    /// <param name="environment">Environment variables in addition to the test's own.</param>
    public static async Task<ServiceProcess> StartAsync(string assembly, IDictionary<string, string> environment)
    {
        var project = Path.Combine(Repository.Folder, assembly is "LocalCloud" ? "LocalCloud/src" : assembly);
        var bin = Path.GetRelativePath(Path.Combine(Repository.Folder, "Pos.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = project, // The settings files are here.
            ArgumentList =
            {
                Path.Combine(project, bin, $"{assembly}.dll"),
                "--urls=http://127.0.0.1:0",
                "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information",
            },
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new ConcurrentQueue<string>();
        process.OutputDataReceived += (_, line) => OnLine(line.Data);
        process.ErrorDataReceived += (_, line) => OnLine(line.Data);
        process.Exited += (_, _) =>
            listening.TrySetException(
                new InvalidOperationException($"{assembly} ended before it listened:\n{string.Join('\n', output)}")
            );
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new ServiceProcess(process, await listening.Task.WaitAsync(s_timeout));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }

        void OnLine(string? line)
        {
            if (line is null)
                return;
            if (output.Count < 1000)
                output.Enqueue(line);
            if (ListeningOn().Match(line) is { Success: true } match)
                listening.TrySetResult(match.Groups[1].Value);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_timeout);
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex ListeningOn();
}
