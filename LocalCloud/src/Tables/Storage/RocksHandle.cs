using RocksDbSharp;

namespace LocalCloud.Tables.Storage;

/// <summary>
/// An open database and the count of its users: calls and cursors. RocksDB must not be closed while in use.
/// </summary>
internal sealed class RocksHandle(RocksDb database, DbOptions options) : IDisposable
{
    private const int Closed = int.MinValue;
    private int _users;
    private volatile bool _isClosing;

    public RocksDb Database => database;

    /// <summary>Keeps the database open until <see cref="Release"/>; false if it is closed.</summary>
    public bool TryAcquire()
    {
        for (var users = Volatile.Read(ref _users); users >= 0 && !_isClosing; )
        {
            var found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
                return true;
            users = found;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0 && _isClosing)
            TryClose();
    }

    /// <summary>Closes the database; false if it has users.</summary>
    public bool TryClose()
    {
        if (Interlocked.CompareExchange(ref _users, Closed, 0) != 0)
            return false;
        database.Dispose();
        GC.KeepAlive(options); // its native parts live as long as the database
        return true;
    }

    /// <summary>Closes the database now, or when its last user releases it.</summary>
    public void Dispose()
    {
        _isClosing = true;
        TryClose();
    }
}
