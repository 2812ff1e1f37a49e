using System.Diagnostics;
using System.Globalization;
using LocalCloud.Tests.StoreWriter;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>A process that writes to a store and prints each acknowledged batch.</summary>
internal sealed class StoreWriterProcess : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly Process _process;
    private readonly Task _reading;
    private readonly int[] _acknowledged;
    private int _count;

    public StoreWriterProcess(string folder, int seed, int writers)
    {
        _acknowledged = new int[writers];
        _process = Process.Start(StartInfo("write", folder, $"{seed}", $"{writers}"))!;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>The program and arguments that start the process.</summary>
    public static IReadOnlyList<string> Command =>
        [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", typeof(WriterPlan).Assembly.Location];

    public int Count => Volatile.Read(ref _count);

    public bool HasExited => _process.HasExited;

    /// <summary>Kills the process, like <c>kill -9</c>.</summary>
    /// <returns>The number of each writer's last acknowledged batch; 0 if there is none.</returns>
    public async Task<IReadOnlyList<int>> KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(s_timeout);
        await _reading.WaitAsync(s_timeout);
        return _acknowledged;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo(Command[0]) { RedirectStandardOutput = true };
        foreach (var argument in Command.Skip(1).Concat(arguments))
            start.ArgumentList.Add(argument);
        return start;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is not [var writer, var number])
                continue; // cut off by the kill
            _acknowledged[int.Parse(writer, CultureInfo.InvariantCulture)] = int.Parse(
                number,
                CultureInfo.InvariantCulture
            );
            Interlocked.Increment(ref _count);
        }
    }
}
