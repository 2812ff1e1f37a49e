namespace LocalCloud.Tables.Storage;

/// <summary>Sizes of the table store. The defaults suit a laptop; tests use smaller sizes.</summary>
internal sealed record ItemStoreOptions
{
    /// <summary>The size of a memtable in bytes. RocksDB writes a full memtable to a file in the background.</summary>
    public int MemtableBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>The size of the block cache in bytes, including the files' indexes and filters.</summary>
    public int CacheBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The smallest value in bytes that is stored in a blob file, which compaction does not copy.</summary>
    public int MinBlobBytes { get; init; } = 16 * 1024;

    /// <summary>Writes are rejected while the disk has fewer free bytes, so that the files never fill it.</summary>
    public long MinFreeBytes { get; init; } = 64 * 1024 * 1024;
}
