using System.Collections.Concurrent;
using RocksDbSharp;

namespace Pos.LocalCloud.Tables.Storage;

/// <summary>Gives the disk space of deleted prefixes back, on a thread of its own.</summary>
internal sealed class RangeCompaction : IDisposable
{
    private readonly RocksDb _database;
    private readonly BlockingCollection<byte[]> _prefixes = [];
    private readonly Thread _thread;

    public RangeCompaction(RocksDb database)
    {
        _database = database;
        _thread = new Thread(Run) { IsBackground = true, Name = "Table compaction" };
        _thread.Start();
    }

    /// <summary>Compacts the prefixes that the batch deleted, some time later.</summary>
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
        Native.Instance.rocksdb_disable_manual_compaction(_database.Handle); // ends one that runs
        _thread.Join();
        _prefixes.Dispose();
    }

    private void Run()
    {
        foreach (var prefix in _prefixes.GetConsumingEnumerable())
        {
            if (!_prefixes.IsAddingCompleted)
                _database.CompactRange(prefix, KeyPrefix.End(prefix));
        }
    }
}
