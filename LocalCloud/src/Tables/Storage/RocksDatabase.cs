using System.Globalization;
using RocksDbSharp;

namespace LocalCloud.Tables.Storage;

/// <summary>
/// Opens the database, and opens it again after a write failed for lack of space, because RocksDB then accepts no more
/// writes.
/// </summary>
internal sealed class RocksDatabase : IDisposable
{
    /// <summary>The operating system's message, which RocksDB's errors contain.</summary>
    public const string DiskFullMessage = "No space left on device";

    private static readonly TimeSpan s_closeTimeout = TimeSpan.FromMilliseconds(100);
    private readonly string _folder;
    private readonly ItemStoreOptions _options;
    private readonly ManualResetEventSlim _isOpen = new(true);
    private volatile RocksHandle _handle;
    private volatile bool _isDisposed;

    /// <exception cref="StartRefusedException">The files are damaged, or another process uses them.</exception>
    public RocksDatabase(string folder, ItemStoreOptions options)
    {
        (_folder, _options) = (folder, options);
        Directory.CreateDirectory(folder);
        _handle = Open();
    }

    /// <summary>
    /// Returns the database, which stays open until the caller releases the handle. Waits while it is being reopened.
    /// </summary>
    public RocksHandle Acquire()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var handle = _handle;
            if (handle.TryAcquire())
                return handle;
            _isOpen.Wait();
        }
    }

    /// <summary>Returns null while the database is being reopened, and after it was closed.</summary>
    public RocksHandle? TryAcquire() => _handle is var handle && handle.TryAcquire() ? handle : null;

    /// <summary>Returns the number of full memtables that are not yet in a file.</summary>
    public long CountFullMemtables()
    {
        if (TryAcquire() is not { } handle)
            return 0;
        try
        {
            return long.Parse(
                handle.Database.GetProperty("rocksdb.num-immutable-mem-table"),
                CultureInfo.InvariantCulture
            );
        }
        finally
        {
            handle.Release();
        }
    }

    /// <summary>
    /// Closes the database and opens it again, without the changes that did not reach the disk. Does nothing while it
    /// is in use. Returns false if it is in use or cannot be opened for lack of space; call again later.
    /// </summary>
    public bool TryReopen()
    {
        if (_isOpen.IsSet)
        {
            _isOpen.Reset();
            if (!SpinWait.SpinUntil(_handle.TryClose, s_closeTimeout))
            {
                _isOpen.Set();
                return false;
            }
        }
        try
        {
            _handle = Open();
        }
        catch (StartRefusedException error) when (error.InnerException is RocksDbException inner && IsDiskFull(inner))
        {
            return false;
        }
        _isOpen.Set();
        return true;
    }

    public static bool IsDiskFull(Exception error) =>
        error.Message.Contains(DiskFullMessage, StringComparison.OrdinalIgnoreCase);

    /// <summary>Closes the database once its last user has released it.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _isOpen.Set();
        _handle.Dispose();
    }

    private RocksHandle Open()
    {
        var isNew = !Directory.EnumerateFiles(_folder).Any(IsDatabaseFile);
        if (!isNew && !File.Exists(Path.Combine(_folder, "CURRENT")))
            throw new StartRefusedException(
                $"'{_folder}' has table files, but the file CURRENT is missing. Restore the folder from a backup."
            );
        var log = WalInspection.Read(_folder);
        var options = RocksSettings.Create(_options, isNew);
        try
        {
            if (log.Gap is not null) // opened read-only first, so that damaged files stay unchanged
            {
                using var readOnly = RocksDb.OpenReadOnly(options, _folder, false);
                ThrowIfWritesAreLost(readOnly, log);
            }
            var database = RocksDb.Open(options, _folder);
            try
            {
                ThrowIfWritesAreLost(database, log);
                ThrowIfBlobsAreMissing(database);
            }
            catch
            {
                database.Dispose();
                throw;
            }
            return new RocksHandle(database, options);
        }
        catch (RocksDbException error)
        {
            var advice = IsDiskFull(error)
                ? "Free some space on the disk."
                : "If files are damaged or missing, restore the folder from a backup.";
            throw new StartRefusedException(
                $"The tables in '{_folder}' cannot be opened. {advice} ({error.Message})",
                error
            );
        }
    }

    private void ThrowIfWritesAreLost(RocksDb database, WalInspection log)
    {
        if (database.GetLatestSequenceNumber() < log.NewestMark)
            throw new StartRefusedException(
                $"The tables' log is damaged at {log.Gap ?? "its start"}: acknowledged writes are lost."
                    + $" Restore the folder '{_folder}' from a backup."
            );
    }

    // RocksDB checks its table files when it opens, but not the blob files.
    private void ThrowIfBlobsAreMissing(RocksDb database)
    {
        var needed = long.Parse(database.GetProperty("rocksdb.live-blob-file-size"), CultureInfo.InvariantCulture);
        var found = new DirectoryInfo(_folder).EnumerateFiles("*.blob").Sum(file => file.Length);
        if (found < needed)
            throw new StartRefusedException(
                $"Blob files in '{_folder}' are missing or truncated: they have {found:#,0} of {needed:#,0} bytes."
                    + " Restore the folder from a backup."
            );
    }

    private static bool IsDatabaseFile(string path) =>
        Path.GetExtension(path) is ".sst" or ".blob" or ".log"
        || Path.GetFileName(path).StartsWith("MANIFEST-", StringComparison.Ordinal);
}
