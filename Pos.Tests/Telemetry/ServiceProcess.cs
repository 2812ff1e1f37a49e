using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Pos.Tests.Telemetry;

/// <summary>A service as a process of its own, on a free port.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ServiceProcess(Process process, string url) =>
        (_process, Url, Http) = (
            process,
            url,
            // No trace of the test's: each request is new to the service.
            new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new(url) }
        );

    public string Url { get; }
    public HttpClient Http { get; }

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="assembly">Its program, such as <c>Pos.Ingest</c>, as its own project builds it.</param>
    /// <param name="environment">Added to the test's own.</param>
    public static async Task<ServiceProcess> StartAsync(string assembly, IDictionary<string, string> environment)
    {
        var project = Path.Combine(Repository.Folder, assembly is "LocalCloud" ? "LocalCloud/src" : assembly);
        var bin = Path.GetRelativePath(Path.Combine(Repository.Folder, "Pos.Tests"), AppContext.BaseDirectory);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = project, // where its settings are
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
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) =>
            listening.TrySetException(
                new InvalidOperationException($"{assembly} ended before it listened:\n{string.Join('\n', output)}")
            );
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new ServiceProcess(process, await listening.Task.WaitAsync(s_patience));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }

        void Hear(string? line)
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
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        _process.Dispose();
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex ListeningOn();
}
