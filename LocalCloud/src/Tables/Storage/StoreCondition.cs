using System.Diagnostics;

namespace LocalCloud.Tables.Storage;

/// <summary>
/// Decides whether the store accepts writes. A full disk stops writes until there is space again. Any other failed
/// write or flush stops them until a restart: after a failed fsync, a later fsync can succeed without the data.
/// </summary>
internal sealed partial class StoreCondition(string folder, long minFreeBytes, ILogger logger)
{
    // Opening the database writes the content of the log to a table file.
    private const long MinFreeBytesToReopen = 16 * 1024 * 1024;
    private static readonly TimeSpan s_spaceInterval = TimeSpan.FromMilliseconds(100);
    private long _spaceCheckedAt;
    private volatile bool _mustReopen;
    private volatile string? _full;
    private volatile string? _failure;

    /// <summary>The reason why writes are rejected; null if they are accepted.</summary>
    public string? Problem => _failure ?? _full;

    public bool NeedsRestart => _failure is not null;

    /// <summary>True if a write failed for lack of space: the database must be opened again.</summary>
    public bool MustReopen => _mustReopen && _failure is null;

    public bool HasSpaceToReopen => FreeBytes() >= Math.Max(minFreeBytes, MinFreeBytesToReopen);

    /// <exception cref="IOException">The store rejects writes.</exception>
    public void ThrowIfUnwritable()
    {
        if (_full is not null)
            CheckSpace();
        if (Problem is { } problem)
            throw new IOException(problem);
    }

    /// <summary>True if RocksDB may be unable to write memtables to the full disk.</summary>
    public bool IsDiskTooFullToFlush => FreeBytes() < MinFreeBytesToReopen;

    /// <summary>Checks the free space on the disk, at most every 100 ms.</summary>
    public void CheckSpace()
    {
        var last = Volatile.Read(ref _spaceCheckedAt);
        if (_mustReopen || (last != 0 && Stopwatch.GetElapsedTime(last) < s_spaceInterval))
            return;
        Volatile.Write(ref _spaceCheckedAt, Stopwatch.GetTimestamp());
        var free = FreeBytes();
        if (free >= minFreeBytes)
        {
            if (_full is not null)
                LogSpace(folder);
            _full = null;
            return;
        }
        if (_full is null)
            LogShort(folder, free, minFreeBytes);
        _full =
            $"The disk of '{folder}' has {free:#,0} bytes left; tables accept writes with {minFreeBytes:#,0} or more."
            + " Free some space; a restart is not needed.";
    }

    /// <summary>Records a failed write or flush.</summary>
    /// <returns>The error for the writers.</returns>
    public IOException Report(Exception error)
    {
        if (_failure is null && (RocksDatabase.IsDiskFull(error) || IsConsequence(error)))
        {
            if (!_mustReopen)
                LogFull(error, folder);
            _mustReopen = true;
            _full =
                $"The disk of '{folder}' is full; tables accept no writes. Free some space; a restart is not needed.";
            return new IOException(_full, error);
        }
        if (_failure is null)
            LogFailed(error, folder);
        _failure ??= $"A write to '{folder}' failed; tables accept no writes until a restart. ({error.Message})";
        return new IOException(_failure, error);
    }

    /// <summary>Records that the database was opened again.</summary>
    public void ReportReopened()
    {
        _mustReopen = false;
        _full = null;
        LogSpace(folder);
    }

    // Another thread has the cause and reports it too. It holds the gate until then, and reopening waits for the gate.
    private static bool IsConsequence(Exception error) =>
        error.Message.Contains("Seen error", StringComparison.OrdinalIgnoreCase);

    private long FreeBytes() => new DriveInfo(folder).AvailableFreeSpace;

    [LoggerMessage(
        1,
        LogLevel.Error,
        "Disk full; tables in {Folder} reject writes. Free some space; a restart is not needed"
    )]
    private partial void LogFull(Exception error, string folder);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "Disk almost full; tables in {Folder} reject writes. {Free} bytes are free, {MinFree} are needed"
    )]
    private partial void LogShort(string folder, long free, long minFree);

    [LoggerMessage(3, LogLevel.Information, "Disk has space again; tables in {Folder} accept writes")]
    private partial void LogSpace(string folder);

    [LoggerMessage(4, LogLevel.Critical, "Write failed; tables in {Folder} reject writes. Restart LocalCloud")]
    private partial void LogFailed(Exception error, string folder);
}
