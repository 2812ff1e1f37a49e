using CsCheck;
using LocalCloud.Tables.Storage;
using LocalCloud.Tests.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>Compares the store with a sorted dictionary after random batches, reads, scans and restarts.</summary>
[Fast]
public sealed class ItemStoreModelTests
{
    // Few byte values and short keys, so that keys repeat and are prefixes of each other.
    private static readonly Gen<byte[]> s_key = Gen.OneOf<byte>(0, 1, 7, 0xFE, 0xFF).Array[1, 4];
    private static readonly Gen<byte[]> s_prefix = s_key.Where(key => key.AsSpan().ContainsAnyExcept((byte)0xFF));
    private static readonly Gen<byte[]> s_value = Gen.Frequency((20, Gen.Byte.Array[0, 40]), (1, Gen.Byte.Array[5000]));

    private static readonly Gen<Change> s_change = Gen.Frequency(
        (6, Gen.Select(s_key, s_value, (key, value) => new Change(ItemChangeKind.Put, key, value))),
        (3, s_key.Select(key => new Change(ItemChangeKind.Delete, key, []))),
        (1, s_prefix.Select(prefix => new Change(ItemChangeKind.DeletePrefix, prefix, [])))
    );

    private static readonly Gen<Step> s_step = Gen.Frequency(
        (20, s_change.Array[1, 6].Select(changes => (Step)new Commit(changes))),
        (10, s_key.Select(key => (Step)new Read(key))),
        (5, Gen.Select(s_key, s_key, Gen.Bool, (from, to, descending) => (Step)new Scan(from, to, descending))),
        (1, Gen.Const((Step)new Reopen()))
    );

    [Fact]
    public async Task Random_batches_reads_scans_and_restarts_match_a_sorted_dictionary()
    {
        await s_step.Array[1, 120].SampleAsync(RunAsync, iter: 60, threads: 1);
    }

    private static async Task RunAsync(Step[] steps)
    {
        using var folder = new TemporaryFolder();
        var model = new SortedDictionary<byte[], byte[]>(ByteOrder.Instance);
        var store = Open(folder);
        try
        {
            foreach (var step in steps)
            {
                switch (step)
                {
                    case Commit commit:
                        await ApplyAsync(store, model, commit.Changes);
                        break;
                    case Read read:
                        Assert.Equal(model.GetValueOrDefault(read.Key), store.Get(read.Key));
                        break;
                    case Scan scan:
                        Compare(store, model, scan);
                        break;
                    default:
                        store.Dispose();
                        store = Open(folder);
                        break;
                }
            }
            Compare(store, model, new Scan([], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Descending: false));
        }
        finally
        {
            store.Dispose();
        }
    }

    private static async Task ApplyAsync(
        RocksItemStore store,
        SortedDictionary<byte[], byte[]> model,
        IEnumerable<Change> changes
    )
    {
        var batch = new ItemBatch();
        foreach (var (kind, key, value) in changes)
        {
            switch (kind)
            {
                case ItemChangeKind.Put:
                    batch.Put(key, value);
                    model[key] = value;
                    break;
                case ItemChangeKind.Delete:
                    batch.Delete(key);
                    model.Remove(key);
                    break;
                default:
                    batch.DeletePrefix(key);
                    foreach (var deleted in model.Keys.Where(other => other.AsSpan().StartsWith(key)).ToList())
                        model.Remove(deleted);
                    break;
            }
        }
        var task = store.CommitAsync(batch);
        foreach (var change in changes) // visible before the task completes
            Assert.Equal(model.GetValueOrDefault(change.Key), store.Get(change.Key));
        await task;
    }

    private static void Compare(RocksItemStore store, SortedDictionary<byte[], byte[]> model, Scan scan)
    {
        var expected = model.Where(pair =>
            ByteOrder.Instance.Compare(pair.Key, scan.From) >= 0 && ByteOrder.Instance.Compare(pair.Key, scan.To) < 0
        );
        using var cursor = store.Scan(scan.From, scan.To, scan.Descending);
        foreach (var (key, value) in scan.Descending ? expected.Reverse() : expected)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(key, cursor.Key);
            Assert.Equal(value, cursor.Value);
        }
        Assert.False(cursor.MoveNext());
    }

    // Small sizes, so that the test covers flushes, compactions and blobs.
    private static RocksItemStore Open(TemporaryFolder folder) =>
        RocksItemStore.Open(
            folder.Path,
            new ItemStoreOptions { MemtableBytes = 64 * 1024, MinBlobBytes = 1000 },
            NullLogger.Instance
        );

    private abstract record Step;

    private sealed record Commit(Change[] Changes) : Step;

    private sealed record Read(byte[] Key) : Step;

    private sealed record Scan(byte[] From, byte[] To, bool Descending) : Step;

    private sealed record Reopen : Step;

    private readonly record struct Change(ItemChangeKind Kind, byte[] Key, byte[] Value);
}
