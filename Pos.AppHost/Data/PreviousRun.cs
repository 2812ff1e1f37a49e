using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;

namespace Pos.AppHost;

/// <summary>
/// Waits for the processes of a killed AppHost, which are listed in a file in the data folder. They stop by themselves,
/// but still use their ports and files for a moment.
/// </summary>
internal static class PreviousRun
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_startTimePrecision = TimeSpan.FromSeconds(2);

    /// <summary>Returns when no process of the previous run is left. Kills processes that do not end.</summary>
    /// <param name="file">The file that <see cref="RunningProcesses"/> writes.</param>
    public static void WaitForEnd(string file)
    {
        if (!File.Exists(file))
            return;
        var deadline =
            TimeProvider.System.GetTimestamp()
            + (long)(s_timeout.TotalSeconds * TimeProvider.System.TimestampFrequency);
        foreach (var (name, processId, started) in File.ReadLines(file).Select(Parse))
        {
            using var process = Find(processId, started);
            if (process is null)
                continue;
            Console.WriteLine($"Waiting for {name} (process {processId}) of the previous run to end.");
            var left = TimeSpan.FromSeconds(
                Math.Max(
                    0,
                    (deadline - TimeProvider.System.GetTimestamp()) / (double)TimeProvider.System.TimestampFrequency
                )
            );
            if (!process.WaitForExit(left))
                process.Kill(entireProcessTree: true);
        }
        File.Delete(file);
    }

    internal static string Format(string name, Process process) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}\t{process.Id}\t{process.StartTime.ToUniversalTime():O}");

    private static (string Name, int ProcessId, DateTime Started) Parse(string line)
    {
        var fields = line.Split('\t');
        return (
            fields[0],
            int.Parse(fields[1], CultureInfo.InvariantCulture),
            DateTime.Parse(fields[2], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
        );
    }

    // Process ids are reused. The start time identifies the process.
    private static Process? Find(int processId, DateTime started)
    {
        try
        {
            var process = Process.GetProcessById(processId);
            if ((process.StartTime.ToUniversalTime() - started).Duration() < s_startTimePrecision)
                return process;
            process.Dispose();
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException) { }
        return null;
    }
}

/// <summary>Writes the file that <see cref="PreviousRun"/> reads.</summary>
internal sealed class RunningProcesses(DataFolder data, ResourceNotificationService notifications) : BackgroundService
{
    /// <summary>Aspire's resource property with the process id.</summary>
    private const string ProcessIdProperty = "executable.pid";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var change in notifications.WatchAsync(stoppingToken))
        {
            var line = change.Snapshot.State?.Text == KnownResourceStates.Running ? Describe(change) : null;
            var known = running.GetValueOrDefault(change.ResourceId);
            if (line == known)
                continue;
            if (line is null)
                running.Remove(change.ResourceId);
            else
                running[change.ResourceId] = line;
            await File.WriteAllLinesAsync(data.Processes, running.Values, stoppingToken);
        }
    }

    private static string? Describe(ResourceEvent change)
    {
        if (
            change.Snapshot.Properties.FirstOrDefault(property => property.Name == ProcessIdProperty)?.Value
            is not int processId
        )
            return null;
        try
        {
            using var process = Process.GetProcessById(processId);
            return PreviousRun.Format(
                change.Resource.GetReplicaCount() == 1 ? change.Resource.Name : change.ResourceId,
                process
            );
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }
}
