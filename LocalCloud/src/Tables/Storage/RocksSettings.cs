using RocksDbSharp;

namespace LocalCloud.Tables.Storage;

/// <summary>Creates RocksDB's options for group commit and bounded memory.</summary>
internal static class RocksSettings
{
    private const int MaxMemtables = 3;
    private const int BlockBytes = 16 * 1024; // 50 small items of a query are in a few blocks
    private const int BloomBitsPerKey = 10;
    private const int TableFileBytes = 32 * 1024 * 1024;
    private const int BlobFileBytes = 64 * 1024 * 1024;
    private const int InfoLogBytes = 1024 * 1024;
    private const int InfoLogWarnings = 2;

    // Garbage collection of blobs: rewrites files in which half of the bytes are old versions.
    private const double BlobAgeCutoff = 1.0;
    private const double BlobGarbageThreshold = 0.5;

    public static DbOptions Create(ItemStoreOptions options, bool isNew)
    {
        var table = new BlockBasedTableOptions()
            .SetBlockSize(BlockBytes)
            .SetBlockCache(Cache.CreateLru((ulong)options.CacheBytes))
            .SetCacheIndexAndFilterBlocks(true)
            .SetPinL0FilterAndIndexBlocksInCache(true)
            .SetFilterPolicy(BloomFilterPolicy.Create(BloomBitsPerKey, false));
        var rocks = new DbOptions()
            .SetCreateIfMissing(isNew)
            .SetBlockBasedTableFactory(table)
            .SetCompression(Compression.No)
            .SetWriteBufferSize((ulong)options.MemtableBytes)
            .SetMaxWriteBufferNumber(MaxMemtables)
            .SetTargetFileSizeBase(TableFileBytes)
            .SetMaxBytesForLevelBase(8 * (ulong)options.MemtableBytes)
            .SetLevelCompactionDynamicLevelBytes(true);
        var (native, handle) = (Native.Instance, rocks.Handle);
        // The flush loop writes and flushes the log for all waiting batches.
        native.rocksdb_options_set_manual_wal_flush(handle, 1);
        // Drop a torn tail. WalInspection has already rejected a log that is damaged before its tail.
        native.rocksdb_options_set_wal_recovery_mode(handle, Recovery.PointInTime);
        native.rocksdb_options_set_track_and_verify_wals_in_manifest(handle, 1);
        native.rocksdb_options_set_max_total_wal_size(handle, (ulong)(MaxMemtables + 1) * (ulong)options.MemtableBytes);
        // One batch is written at a time, under the store's lock.
        native.rocksdb_options_set_allow_concurrent_memtable_write(handle, 0);
        native.rocksdb_options_set_enable_write_thread_adaptive_yield(handle, 0);
        native.rocksdb_options_set_enable_blob_files(handle, 1);
        native.rocksdb_options_set_min_blob_size(handle, (ulong)options.MinBlobBytes);
        native.rocksdb_options_set_blob_file_size(handle, BlobFileBytes);
        native.rocksdb_options_set_enable_blob_gc(handle, 1);
        native.rocksdb_options_set_blob_gc_age_cutoff(handle, BlobAgeCutoff);
        native.rocksdb_options_set_blob_gc_force_threshold(handle, BlobGarbageThreshold);
        native.rocksdb_options_set_info_log_level(handle, InfoLogWarnings);
        native.rocksdb_options_set_max_log_file_size(handle, InfoLogBytes);
        native.rocksdb_options_set_keep_log_file_num(handle, 2);
        native.rocksdb_options_set_stats_dump_period_sec(handle, 0);
        native.rocksdb_options_set_stats_persist_period_sec(handle, 0);
        return rocks;
    }
}
