using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Pos.AppHost.Embedded;

/// <summary>
/// What a Postgres that was killed leaves behind. Its backends notice when they next wait for something, which in the
/// middle of a long statement takes until its end; until then a new Postgres refuses to start ("pre-existing shared
/// memory block … is still in use"). Its lock file names a process; when that number is another program's by now, a new
/// Postgres takes it for a running one.
/// </summary>
internal static partial class PostgresLeftovers
{
    // of postmaster.pid, from 0: key and id of the shared memory (miscadmin.h, LOCK_FILE_LINE_SHMEM_KEY)
    private const int SharedMemoryLine = 6;

    // Linux: key, id, permissions, size, creator, last user, processes attached, …
    private const string SharedMemorySegments = "/proc/sysvipc/shm";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the backends' end, bounded: if they stay, Postgres itself refuses and says why. Call before a
    /// start, when no other Postgres can have been started on the folder meanwhile.</summary>
    /// <param name="folder">Postgres's data.</param>
    /// <param name="logger">Is told of the wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task ClearAsync(string folder, ILogger logger, CancellationToken cancellationToken)
    {
        var lockFile = Path.Combine(folder, "postmaster.pid");
        if (!File.Exists(lockFile))
            return;
        var lines = await File.ReadAllLinesAsync(lockFile, cancellationToken);

        var deadline = TimeProvider.System.GetUtcNow() + s_patience;
        var isTold = false;
        while (HasBackends(lines))
        {
            if (TimeProvider.System.GetUtcNow() > deadline)
                return;
            if (!isTold)
                LogWaiting(logger, s_patience.TotalSeconds);
            isTold = true;
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

    [LoggerMessage(
        2,
        LogLevel.Information,
        "Waiting up to {Seconds} s for processes of the killed Postgres to end what they have begun"
    )]
    private static partial void LogWaiting(ILogger logger, double seconds);
}
