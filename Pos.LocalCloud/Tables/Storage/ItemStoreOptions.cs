namespace Pos.LocalCloud.Tables.Storage;

/// <summary>Sizes of the table store. The defaults serve a laptop; tests use smaller ones.</summary>
internal sealed record ItemStoreOptions
{
    /// <summary>Bytes of one memtable. RocksDB writes a full one to a file in the background.</summary>
    public int MemtableBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Bytes of blocks that are kept in memory, with the files' indexes and filters.</summary>
    public int CacheBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Values of at least this many bytes are kept in blob files, which compaction does not copy.</summary>
    public int MinBlobBytes { get; init; } = 16 * 1024;

    /// <summary>Free bytes on the disk below which writes are refused, so that the files never fill it.</summary>
    public long MinFreeBytes { get; init; } = 64 * 1024 * 1024;
}
