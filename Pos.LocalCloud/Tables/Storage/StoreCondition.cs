using System.Diagnostics;

namespace Pos.LocalCloud.Tables.Storage;

/// <summary>
/// Decides which writes the store takes. A full disk refuses writes until there is space again. Any other failed
/// write or flush refuses them until a restart: after a failed fsync, a later one can succeed without the data.
/// </summary>
internal sealed partial class StoreCondition(string folder, long minFreeBytes, ILogger logger)
{
    private static readonly TimeSpan s_spaceInterval = TimeSpan.FromMilliseconds(100);
    private long _spaceCheckedAt;
    private volatile string? _full;
    private volatile string? _failure;

    /// <summary>Why writes are refused; null if they are not.</summary>
    public string? Problem => _failure ?? _full;

    /// <exception cref="IOException">Writes are refused.</exception>
    public void ThrowIfUnwritable()
    {
        ThrowIfFailed();
        if (_full is not null)
            CheckSpace();
        if (_full is { } full)
            throw new IOException(full);
    }

    /// <exception cref="IOException">Writes are refused until a restart.</exception>
    public void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new IOException(failure);
    }

    /// <summary>Looks at the disk's free space every now and then. The flush loop calls it.</summary>
    public void ReportFlush() => CheckSpace();

    /// <summary>Takes note of a failed write or flush.</summary>
    /// <returns>The error for the writers.</returns>
    public IOException Report(Exception error)
    {
        if (error.Message.Contains("No space left on device", StringComparison.OrdinalIgnoreCase))
        {
            if (_full is null)
                LogFull(error, folder);
            _full = $"The disk of '{folder}' is full. Free some space; writes to tables go on by themselves.";
            return new IOException(_full, error);
        }
        if (_failure is null)
            LogFailed(error, folder);
        _failure ??=
            $"A write to '{folder}' failed; tables refuse writes until LocalCloud is restarted. ({error.Message})";
        return new IOException(_failure, error);
    }

    private void CheckSpace()
    {
        var last = Volatile.Read(ref _spaceCheckedAt);
        if (last != 0 && Stopwatch.GetElapsedTime(last) < s_spaceInterval)
            return;
        Volatile.Write(ref _spaceCheckedAt, Stopwatch.GetTimestamp());
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free >= minFreeBytes)
        {
            if (_full is not null)
                LogRoom(folder);
            _full = null;
            return;
        }
        if (_full is null)
            LogShort(folder, free, minFreeBytes);
        _full =
            $"The disk of '{folder}' has {free:#,0} bytes left, and tables need {minFreeBytes:#,0} to take writes."
            + " Free some space; writes go on by themselves.";
    }

    [LoggerMessage(1, LogLevel.Error, "Disk full; tables in {Folder} refuse writes until there is space")]
    private partial void LogFull(Exception error, string folder);

    [LoggerMessage(
        2,
        LogLevel.Error,
        "Disk almost full; tables in {Folder} refuse writes. {Free} bytes are free, {MinFree} are needed"
    )]
    private partial void LogShort(string folder, long free, long minFree);

    [LoggerMessage(3, LogLevel.Information, "Disk has space again; tables in {Folder} accept writes")]
    private partial void LogRoom(string folder);

    [LoggerMessage(4, LogLevel.Critical, "Write failed; tables in {Folder} refuse writes until a restart")]
    private partial void LogFailed(Exception error, string folder);
}
