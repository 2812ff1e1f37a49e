using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Pos.AppHost.Embedded;

/// <summary>
/// Removes the leftovers of a killed Postgres. Its backends may run until their statement ends; until then, a new
/// Postgres does not start ("pre-existing shared memory block … is still in use"). Its lock file contains a process id;
/// if another program has that id now, a new Postgres assumes that the old one is running.
/// </summary>
internal static partial class PostgresLeftovers
{
    // Line of postmaster.pid, from 0, with key and id of the shared memory (miscadmin.h, LOCK_FILE_LINE_SHMEM_KEY).
    private const int SharedMemoryLine = 6;

    // Linux: key, id, permissions, size, creator, last user, processes attached, …
    private const string SharedMemorySegments = "/proc/sysvipc/shm";

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Waits up to a minute for the backends to end, and removes a misleading lock file. If backends are left, Postgres
    /// does not start and logs the reason. Call it only while no other Postgres can start on the folder.
    /// </summary>
    public static async Task ClearAsync(string folder, ILogger logger, CancellationToken cancellationToken)
    {
        var lockFile = Path.Combine(folder, "postmaster.pid");
        if (!File.Exists(lockFile))
            return;
        var lines = await File.ReadAllLinesAsync(lockFile, cancellationToken);

        var deadline = TimeProvider.System.GetUtcNow() + s_timeout;
        var isLogged = false;
        while (HasBackends(lines))
        {
            if (TimeProvider.System.GetUtcNow() > deadline)
                return;
            if (!isLogged)
                LogWaiting(logger, s_timeout.TotalSeconds);
            isLogged = true;
            await Task.Delay(s_poll, cancellationToken);
        }
        if (
            int.TryParse(lines.FirstOrDefault(), CultureInfo.InvariantCulture, out var processId)
            && IsAnotherProgram(processId)
        )
            File.Delete(lockFile);
    }

    private static bool HasBackends(string[] lockFile)
    {
        if (lockFile.Length <= SharedMemoryLine || !File.Exists(SharedMemorySegments))
            return false;
        var wanted = Fields(lockFile[SharedMemoryLine]);
        return File.ReadLines(SharedMemorySegments)
            .Select(Fields)
            .Any(segment =>
                segment.Length > 6
                && wanted is [var key, var id]
                && segment[0] == key
                && segment[1] == id
                && segment[6] != "0"
            );
    }

    private static string[] Fields(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsAnotherProgram(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.ProcessName != "postgres";
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }

    [LoggerMessage(2, LogLevel.Information, "Waiting up to {Seconds} s for processes of the killed Postgres to end")]
    private static partial void LogWaiting(ILogger logger, double seconds);
}
