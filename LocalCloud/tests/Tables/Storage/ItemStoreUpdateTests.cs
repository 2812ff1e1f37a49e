using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using LocalCloud.Tables.Storage;
using LocalCloud.Tests.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>
/// Updates the same items for a while; LevelDB 1.20 lost acknowledged updates in such a test.
/// <c>POS_SOAK_MINUTES=10</c> updates 5,000 items of 1 to 300 KB for ten minutes.
/// </summary>
[Fast]
public sealed class ItemStoreUpdateTests
{
    private const int Writers = 16;

    private static readonly int? s_soakMinutes = int.TryParse(
        Environment.GetEnvironmentVariable("POS_SOAK_MINUTES"),
        CultureInfo.InvariantCulture,
        out var minutes
    )
        ? minutes
        : null;

    [Fact]
    public async Task Sixteen_writers_read_back_every_update_and_the_space_of_old_versions_is_freed()
    {
        var (items, maxBytes, updates) = s_soakMinutes is null ? (300, 30_000, 6_000) : (5_000, 300_000, int.MaxValue);
        // Small memtables in a short test, so that it covers flushes and compactions.
        var options = new ItemStoreOptions();
        if (s_soakMinutes is null)
            options = options with { MemtableBytes = 1024 * 1024 };
        using var folder = new TemporaryFolder();
        using var store = RocksItemStore.Open(folder.Path, options, NullLogger.Instance);
        var versions = new int[items];
        var (done, began) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))));
        for (var item = 0; item < items; item++)
            Assert.Equal(versions[item], ReadVersion(store, item, maxBytes));

        var live = Enumerable.Range(0, items).Sum(item => (long)(store.Get(Key(item))?.Length ?? 0));
        await Wait.UntilAsync(() => SizeOf(folder) < 3 * live + 100_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{done:#,0} updates, {live:#,0} live bytes, {SizeOf(folder):#,0} bytes on disk"
        );

        async Task WriteAsync(int writer)
        {
            var random = new Random(writer);
            while (
                Interlocked.Increment(ref done) <= updates
                && (s_soakMinutes is not { } limit || Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(limit))
            )
            {
                // Each writer has its own items, so updates of an item are serial.
                var item = random.Next(items / Writers) * Writers + writer;
                Assert.Equal(versions[item], ReadVersion(store, item, maxBytes));
                var batch = new ItemBatch();
                batch.Put(Key(item), Value(item, versions[item] + 1, maxBytes));
                await store.CommitAsync(batch);
                versions[item]++;
            }
        }
    }

    private static int ReadVersion(RocksItemStore store, int item, int maxBytes)
    {
        if (store.Get(Key(item)) is not { } value)
            return 0;
        var version = BinaryPrimitives.ReadInt32LittleEndian(value.AsSpan(4));
        Assert.True(value.AsSpan().SequenceEqual(Value(item, version, maxBytes)));
        return version;
    }

    private static byte[] Key(int item)
    {
        var key = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(key, item);
        return key;
    }

    private static byte[] Value(int item, int version, int maxBytes)
    {
        var random = new Random(item * 7919 + version);
        var value = new byte[random.Next(1000, maxBytes)];
        random.NextBytes(value.AsSpan(0, 256));
        BinaryPrimitives.WriteInt32LittleEndian(value, item);
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(4), version);
        value[^1] = (byte)version;
        return value;
    }

    private static long SizeOf(TemporaryFolder folder) =>
        new DirectoryInfo(folder.Path).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0);
}
