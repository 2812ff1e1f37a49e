using System.Buffers.Binary;
using System.Collections.Concurrent;
using RocksDbSharp;

namespace LocalCloud.Tables.Storage;

/// <summary>
/// Stores items in RocksDB. A batch is applied without a flush, so that readers see it at once. The flush loop then
/// makes it durable together with the batches of other writers.
/// </summary>
internal sealed class RocksItemStore : IItemStore
{
    private const int MaxPooledBatchBytes = 1024 * 1024;
    private static readonly TimeSpan s_stallInterval = TimeSpan.FromMilliseconds(2);
    private readonly RocksDatabase _database;
    private readonly StoreCondition _condition;
    private readonly FlushLoop _flushLoop;
    private readonly RangeCompaction _compaction;
    private readonly WriteOptions _writeOptions = new();
    private readonly ReadOptions _readOptions = new();
    private readonly ConcurrentBag<WriteBatch> _writeBatches = [];
    private bool _isDisposed;

    private RocksItemStore(RocksDatabase database, StoreCondition condition, Action<RocksHandle> flush)
    {
        (_database, _condition) = (database, condition);
        // A stalled write fails instead of blocking, so that a full disk does not block writers forever.
        Native.Instance.rocksdb_writeoptions_set_no_slowdown(_writeOptions.Handle, 1);
        _flushLoop = new FlushLoop(database, flush, condition);
        _compaction = new RangeCompaction(database);
    }

    /// <summary>The reason why the store rejects writes; null if it accepts them.</summary>
    public string? Problem => _condition.Problem;

    /// <summary>True if a write failed: the store rejects writes until it is opened again.</summary>
    public bool NeedsRestart => _condition.NeedsRestart;

    /// <summary>Opens the store in a folder.</summary>
    /// <param name="folder">The folder, created if it is missing. It must contain nothing else.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="logger">Logs a full disk and failed writes.</param>
    /// <param name="flush">Writes the log to disk; tests use it to replace RocksDB's flush.</param>
    /// <exception cref="StartRefusedException">The files are damaged, or another process uses them.</exception>
    public static RocksItemStore Open(
        string folder,
        ItemStoreOptions options,
        ILogger logger,
        Action<RocksHandle>? flush = null
    )
    {
        var database = new RocksDatabase(folder, options);
        var condition = new StoreCondition(folder, options.MinFreeBytes, logger);
        condition.CheckSpace(); // if the disk is already full, the first write is rejected
        return new RocksItemStore(database, condition, flush ?? FlushLog);
    }

    public byte[]? Get(ReadOnlySpan<byte> key)
    {
        var handle = _database.Acquire();
        try
        {
            return handle.Database.Get(key, null, _readOptions);
        }
        catch (RocksDbException error)
        {
            throw ReadFailed(error);
        }
        finally
        {
            handle.Release();
        }
    }

    public IItemCursor Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending) =>
        new RocksCursor(_database.Acquire(), from, to, descending);

    public ValueTask CommitAsync(ItemBatch batch)
    {
        if (batch.Changes.Count == 0)
            return ValueTask.CompletedTask;
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

    public ValueTask WaitUntilDurableAsync(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        new(_flushLoop.WaitAsync(from, to));

    public ValueTask WaitUntilDurableAsync() => new(_flushLoop.WaitAsync());

    public ValueTask WaitUntilDurableAsync(ReadOnlySpan<byte> key) => new(_flushLoop.WaitAsync(key));

    /// <summary>Returns when all applied batches are on disk and no thread uses the files.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        _flushLoop.Dispose();
        _compaction.Dispose();
        while (_writeBatches.TryTake(out var write))
            write.Dispose();
        _database.Dispose();
    }

    internal static IOException ReadFailed(RocksDbException error) =>
        new($"The table files cannot be read: {error.Message} Restore the folder from a backup.", error);

    private Task Apply(ItemBatch batch, WriteBatch write)
    {
        while (true)
        {
            if (TryApply(batch, write) is { } done)
                return done;
            // Rare: the flush loop delays acknowledgements before memtables are full.
            if (_condition.IsDiskTooFullToFlush)
                throw _flushLoop.Report(new IOException(RocksDatabase.DiskFullMessage));
            Thread.Sleep(s_stallInterval);
        }
    }

    /// <returns>Null if RocksDB must write memtables to files first.</returns>
    private Task? TryApply(ItemBatch batch, WriteBatch write)
    {
        lock (_flushLoop.Gate)
        {
            _condition.ThrowIfUnwritable();
            var handle = _database.Acquire();
            try
            {
                handle.Database.Write(write, _writeOptions);
            }
            catch (RocksDbException error) when (error.Message.Contains("Write stall", StringComparison.Ordinal))
            {
                return null;
            }
            catch (RocksDbException error)
            {
                throw _flushLoop.Report(error);
            }
            finally
            {
                handle.Release();
            }
            return _flushLoop.Join(batch).Done;
        }
    }

    /// <returns>The bytes of keys and values.</returns>
    private long Encode(ItemBatch batch, WriteBatch write)
    {
        var bytes = 0L;
        // Exists only in the log: it tells WalInspection what was on disk when the batch was written.
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

    private static void FlushLog(RocksHandle handle) => Native.Instance.rocksdb_flush_wal(handle.Database.Handle, 1);
}
