using System.Collections.Concurrent;
using RocksDbSharp;

namespace LocalCloud.Tables.Storage;

/// <summary>Frees the disk space of deleted prefixes, on a separate thread.</summary>
internal sealed class RangeCompaction : IDisposable
{
    private readonly RocksDatabase _database;
    private readonly BlockingCollection<byte[]> _prefixes = [];
    private readonly Thread _thread;

    public RangeCompaction(RocksDatabase database)
    {
        _database = database;
        _thread = new Thread(Run) { IsBackground = true, Name = "Table compaction" };
        _thread.Start();
    }

    /// <summary>Queues the prefixes that the batch deleted for compaction.</summary>
    public void Add(ItemBatch batch)
    {
        foreach (var change in batch.Changes)
        {
            if (change.Kind == ItemChangeKind.DeletePrefix && !_prefixes.IsAddingCompleted)
                _prefixes.Add(change.Key);
        }
    }

    public void Dispose()
    {
        _prefixes.CompleteAdding();
        Use(handle => Native.Instance.rocksdb_disable_manual_compaction(handle)); // ends a running compaction
        _thread.Join();
        _prefixes.Dispose();
    }

    private void Run()
    {
        foreach (var prefix in _prefixes.GetConsumingEnumerable())
        {
            if (!_prefixes.IsAddingCompleted)
                Use(handle => Compact(handle, prefix));
        }
    }

    private static void Compact(IntPtr database, byte[] prefix)
    {
        var end = KeyPrefix.End(prefix);
        Native.Instance.rocksdb_compact_range(database, prefix, (nuint)prefix.Length, end, (nuint)end.Length);
    }

    private void Use(Action<IntPtr> action)
    {
        if (_database.TryAcquire() is not { } handle)
            return; // the disk is full; later compactions free the space
        try
        {
            action(handle.Database.Handle);
        }
        finally
        {
            handle.Release();
        }
    }
}
