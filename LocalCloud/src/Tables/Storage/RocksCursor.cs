using System.Runtime.InteropServices;
using RocksDbSharp;

namespace LocalCloud.Tables.Storage;

/// <summary>Moves over a range of keys as they were when the cursor was opened.</summary>
internal sealed class RocksCursor : IItemCursor
{
    private readonly RocksHandle _database;
    private readonly ReadOptions _options = new();
    private readonly Iterator _iterator;
    private readonly IntPtr _bounds; // RocksDB keeps pointers to both
    private readonly bool _descending;
    private bool _isPlaced;
    private bool _isDisposed;

    /// <param name="database">An acquired handle, which the cursor releases.</param>
    /// <param name="from">The first key of the range.</param>
    /// <param name="to">The first key after the range.</param>
    /// <param name="descending">True to start at the last key.</param>
    public RocksCursor(RocksHandle database, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        (_database, _descending) = (database, descending);
        _bounds = Marshal.AllocHGlobal(from.Length + to.Length);
        Copy(from, _bounds);
        Copy(to, _bounds + from.Length);
        Native.Instance.rocksdb_readoptions_set_iterate_lower_bound(_options.Handle, _bounds, (nuint)from.Length);
        Native.Instance.rocksdb_readoptions_set_iterate_upper_bound(
            _options.Handle,
            _bounds + from.Length,
            (nuint)to.Length
        );
        _iterator = database.Database.NewIterator(null, _options);
    }

    public ReadOnlySpan<byte> Key => _iterator.GetKeySpan();

    public ReadOnlySpan<byte> Value => _iterator.GetValueSpan();

    public bool MoveNext()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_isPlaced)
            _ = _descending ? _iterator.Prev() : _iterator.Next();
        else
            _ = _descending ? _iterator.SeekToLast() : _iterator.SeekToFirst();
        _isPlaced = true;
        if (_iterator.Valid())
            return true;
        try
        {
            Native.Instance.rocksdb_iter_get_error(_iterator.Handle);
        }
        catch (RocksDbException error)
        {
            throw RocksItemStore.ReadFailed(error);
        }
        return false;
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        _iterator.Dispose();
        Marshal.FreeHGlobal(_bounds);
        _database.Release();
    }

    private static void Copy(ReadOnlySpan<byte> bytes, IntPtr target)
    {
        var copy = bytes.ToArray();
        Marshal.Copy(copy, 0, target, copy.Length);
    }
}
