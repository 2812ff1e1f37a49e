using System.Diagnostics;

namespace LocalCloud.Tables.Storage;

/// <summary>
/// Decides which writes the store takes. A full disk refuses writes until there is space again. Any other failed
/// write or flush refuses them until a restart: after a failed fsync, a later one can succeed without the data.
/// </summary>
internal sealed partial class StoreCondition(string folder, long minFreeBytes, ILogger logger)
{
    private const long MinFreeBytesToReopen = 16 * 1024 * 1024; // opening writes the log's content to a table file
    private static readonly TimeSpan s_spaceInterval = TimeSpan.FromMilliseconds(100);
    private long _spaceCheckedAt;
    private volatile bool _mustReopen;
    private volatile string? _full;
    private volatile string? _failure;

    /// <summary>Why writes are refused; null if they are not.</summary>
    public string? Problem => _failure ?? _full;

    public bool NeedsRestart => _failure is not null;

    /// <summary>A write failed for lack of space. The database has to be opened again.</summary>
    public bool MustReopen => _mustReopen && _failure is null;

    public bool HasSpaceToReopen => FreeBytes() >= Math.Max(minFreeBytes, MinFreeBytesToReopen);

    /// <exception cref="IOException">Writes are refused.</exception>
    public void ThrowIfUnwritable()
    {
        if (_full is not null)
            CheckSpace();
        if (Problem is { } problem)
            throw new IOException(problem);
    }

    /// <summary>RocksDB may be waiting for memtables that it cannot write to a full disk.</summary>
    public bool IsDiskTooFullToFlush => FreeBytes() < MinFreeBytesToReopen;

    /// <summary>Looks at the disk's free space every now and then.</summary>
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

    /// <summary>Takes note of a failed write or flush.</summary>
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

    /// <summary>Takes note that the database was opened again.</summary>
    public void ReportReopened()
    {
        _mustReopen = false;
        _full = null;
        LogSpace(folder);
    }

    // Another thread has the cause and reports it, too. It holds the gate meanwhile, which reopening waits for.
    private static bool IsConsequence(Exception error) =>
        error.Message.Contains("Seen error", StringComparison.OrdinalIgnoreCase);

    private long FreeBytes() => new DriveInfo(folder).AvailableFreeSpace;

    [LoggerMessage(1, LogLevel.Error, "Disk full; tables in {Folder} refuse writes until there is space")]
    private partial void LogFull(Exception error, string folder);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "Disk almost full; tables in {Folder} refuse writes. {Free} bytes are free, {MinFree} are needed"
    )]
    private partial void LogShort(string folder, long free, long minFree);

    [LoggerMessage(3, LogLevel.Information, "Disk has space again; tables in {Folder} accept writes")]
    private partial void LogSpace(string folder);

    [LoggerMessage(4, LogLevel.Critical, "Write failed; tables in {Folder} refuse writes until a restart")]
    private partial void LogFailed(Exception error, string folder);
}
