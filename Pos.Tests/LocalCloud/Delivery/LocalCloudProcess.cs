using System.Diagnostics;

namespace Pos.Tests.LocalCloud.Delivery;

/// <summary>LocalCloud as a process of its own, to be killed.</summary>
internal sealed class LocalCloudProcess : IDisposable
{
    private readonly Process _process;
    private volatile bool _killed;

    private LocalCloudProcess(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }
    public bool IsKilled => _killed;

    public static async Task<LocalCloudProcess> StartAsync(string dataFolder)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Pos.LocalCloud.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, "--urls=http://127.0.0.1:0", $"--LocalCloud:DataFolder={dataFolder}"]) { RedirectStandardOutput = true })!;
        const string Listening = "Now listening on: ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = process.StandardOutput.ReadToEndAsync(); // drained, so that it never blocks
                return new LocalCloudProcess(process, line[(at + Listening.Length)..].Trim());
            }
        }
        await process.WaitForExitAsync();
        throw new InvalidOperationException($"LocalCloud ended with {process.ExitCode} before it listened.");
    }

    /// <summary>SIGKILL: nothing is flushed, closed or told.</summary>
    public void Kill()
    {
        _killed = true;
        _process.Kill();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
