using System.Buffers.Binary;
using System.Collections.Concurrent;
using RocksDbSharp;

namespace Pos.LocalCloud.Tables.Storage;

/// <summary>
/// Items in RocksDB. A batch is applied without a flush, so that readers see it at once; the flush loop then makes it
/// durable together with the batches of other writers.
/// </summary>
internal sealed class RocksItemStore : IItemStore
{
    private const int MaxPooledBatchBytes = 1024 * 1024;
    private readonly RocksHandle _handle;
    private readonly StoreCondition _condition;
    private readonly FlushLoop _flushLoop;
    private readonly RangeCompaction _compaction;
    private readonly WriteOptions _writeOptions = new();
    private readonly ReadOptions _readOptions = new();
    private readonly ConcurrentBag<WriteBatch> _writeBatches = [];

    private RocksItemStore(RocksHandle handle, StoreCondition condition, Action<RocksDb> flush)
    {
        (_handle, _condition) = (handle, condition);
        _flushLoop = new FlushLoop(() => flush(handle.Database), handle.Database.GetLatestSequenceNumber, condition);
        _compaction = new RangeCompaction(handle.Database);
    }

    /// <summary>Why the store refuses writes; null if it accepts them.</summary>
    public string? Problem => _condition.Problem;

    /// <param name="folder">Created if it is missing. Nothing else may be in it.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="logger">Learns of a full disk and failed writes.</param>
    /// <param name="flush">Writes the log to disk, in place of RocksDB's own flush; tests use it.</param>
    /// <exception cref="StartRefusedException">The files are damaged, or another process uses them.</exception>
    public static RocksItemStore Open(
        string folder,
        ItemStoreOptions options,
        ILogger logger,
        Action<RocksDb>? flush = null
    )
    {
        Directory.CreateDirectory(folder);
        var isNew = !Directory.EnumerateFiles(folder).Any(IsDatabaseFile);
        if (!isNew && !File.Exists(Path.Combine(folder, "CURRENT")))
            throw new StartRefusedException(
                $"'{folder}' has table files, but its file CURRENT is missing. Restore the folder from a backup."
            );
        WalInspection.Check(folder);
        var rocks = RocksSettings.Create(options, isNew);
        RocksDb database;
        try
        {
            database = RocksDb.Open(rocks, folder);
        }
        catch (RocksDbException error)
        {
            throw new StartRefusedException(
                $"The tables in '{folder}' cannot be opened: {error.Message} If files are damaged or missing, restore the folder from a backup.",
                error
            );
        }
        var condition = new StoreCondition(folder, options.MinFreeBytes, logger);
        condition.ReportFlush(); // a disk that is full already refuses the first write
        return new RocksItemStore(new RocksHandle(database, rocks), condition, flush ?? FlushLog);
    }

    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        var isHeld = false;
        _handle.DangerousAddRef(ref isHeld);
        try
        {
            return _handle.Database.Get(key, null, _readOptions);
        }
        catch (RocksDbException error)
        {
            throw ReadFailed(error);
        }
        finally
        {
            _handle.DangerousRelease();
        }
    }

    public IItemCursor Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending) =>
        new RocksCursor(_handle, from, to, descending);

    public ValueTask CommitAsync(ItemBatch batch)
    {
        if (batch.Changes.Count == 0)
            return ValueTask.CompletedTask;
        var isHeld = false;
        _handle.DangerousAddRef(ref isHeld);
        try
        {
            var write = _writeBatches.TryTake(out var pooled) ? pooled : new WriteBatch();
            try
            {
                var bytes = Encode(batch, write);
                var done = Apply(batch, write);
                if (bytes <= MaxPooledBatchBytes)
                {
                    _writeBatches.Add(write.Clear());
                    write = null;
                }
                _compaction.Add(batch);
                return new ValueTask(done);
            }
            finally
            {
                write?.Dispose();
            }
        }
        finally
        {
            _handle.DangerousRelease();
        }
    }

    public ValueTask WaitUntilDurableAsync(ReadOnlySpan<byte> key) => new(_flushLoop.WaitAsync(key));

    /// <summary>Returns when everything that was applied is on disk and no thread works on the files.</summary>
    public void Dispose()
    {
        _flushLoop.Dispose();
        _compaction.Dispose();
        while (_writeBatches.TryTake(out var write))
            write.Dispose();
        _handle.Dispose();
    }

    internal static IOException ReadFailed(RocksDbException error) =>
        new($"The table files cannot be read: {error.Message} Restore the folder from a backup.", error);

    private Task Apply(ItemBatch batch, WriteBatch write)
    {
        lock (_flushLoop.Gate)
        {
            _condition.ThrowIfUnwritable();
            try
            {
                _handle.Database.Write(write, _writeOptions);
            }
            catch (RocksDbException error)
            {
                throw _condition.Report(error);
            }
            return _flushLoop.Join(batch).Done;
        }
    }

    /// <returns>The bytes of keys and values.</returns>
    private long Encode(ItemBatch batch, WriteBatch write)
    {
        var bytes = 0L;
        // Only in the log: tells WalInspection after a crash what was on disk when the batch was written.
        var mark = new byte[WalInspection.MarkBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(mark, _flushLoop.DurableSequence);
        write.PutLogData(mark, (ulong)mark.Length);
        foreach (var change in batch.Changes)
        {
            bytes += change.Key.Length + change.Value.Length;
            switch (change.Kind)
            {
                case ItemChangeKind.Put:
                    write.Put(change.Key, change.Value);
                    break;
                case ItemChangeKind.Delete:
                    write.Delete(change.Key);
                    break;
                default:
                    var end = KeyPrefix.End(change.Key);
                    write.DeleteRange(change.Key, (ulong)change.Key.Length, end, (ulong)end.Length);
                    break;
            }
        }
        return bytes;
    }

    private static void FlushLog(RocksDb database) => Native.Instance.rocksdb_flush_wal(database.Handle, 1);

    private static bool IsDatabaseFile(string path) =>
        Path.GetExtension(path) is ".sst" or ".blob" or ".log"
        || Path.GetFileName(path) is "CURRENT"
        || Path.GetFileName(path).StartsWith("MANIFEST-", StringComparison.Ordinal);
}
