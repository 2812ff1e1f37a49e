using System.Runtime.InteropServices;
using RocksDbSharp;

namespace Pos.LocalCloud.Tables.Storage;

/// <summary>An open database. It closes after the last call and cursor that use it have ended.</summary>
internal sealed class RocksHandle : SafeHandle
{
    private readonly DbOptions _options; // its native parts live as long as the database

    public RocksHandle(RocksDb database, DbOptions options)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        (Database, _options) = (database, options);
        SetHandle(database.Handle);
    }

    public RocksDb Database { get; }

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        Database.Dispose();
        GC.KeepAlive(_options);
        return true;
    }
}
