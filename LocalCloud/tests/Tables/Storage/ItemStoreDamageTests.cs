using System.Text;
using LocalCloud.Tables.Storage;
using LocalCloud.Tests.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>Tests files that a power failure or a broken disk has damaged.</summary>
[Fast]
public sealed class ItemStoreDamageTests : IDisposable
{
    private const int Batches = 60;

    // Marks lag by a batch: damage to the last two batches looks like a torn tail.
    private const int UnmarkedBatches = 2;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_log_truncated_anywhere_keeps_the_earlier_batches()
    {
        var (log, ends) = await WriteAsync();
        var bytes = File.ReadAllBytes(log);
        foreach (var cut in Offsets(bytes.Length, seed: 1))
        {
            File.WriteAllBytes(log, bytes[..cut]);
            Assert.Equal(ends.Count(end => end <= cut), CountRecovered());
        }
    }

    [Fact]
    public async Task Garbage_counts_as_a_torn_tail_at_the_end_of_the_log_and_as_damage_before()
    {
        var (log, ends) = await WriteAsync();
        var bytes = File.ReadAllBytes(log);
        var (torn, rejected) = (0, 0);
        foreach (var offset in Offsets(bytes.Length, seed: 2))
        {
            var damaged = bytes.ToArray();
            var length = Math.Min(new Random(offset).Next(1, 200), bytes.Length - offset);
            for (var at = offset; at < offset + length; at++)
                damaged[at] ^= 0x5A;
            File.WriteAllBytes(log, damaged);
            var complete = ends.Count(end => end <= offset);
            try
            {
                Assert.Equal(complete, CountRecovered());
                Assert.InRange(complete, Batches - UnmarkedBatches - 4, Batches); // the garbage may reach a later batch
                torn++;
            }
            catch (StartRefusedException error)
            {
                Assert.Matches("log is damaged at '.+', offset [0-9]+: acknowledged writes are lost", error.Message);
                rejected++;
            }
        }
        Assert.True(torn > 0 && rejected > 10, $"{torn} torn, {rejected} rejected");
    }

    [Fact]
    public async Task A_failed_start_changes_no_file()
    {
        var (log, _) = await WriteAsync();
        var bytes = File.ReadAllBytes(log);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(log, bytes);
        for (var i = 0; i < 2; i++)
            Assert.Throws<StartRefusedException>(() => Open(_folder.Path));
        Assert.Equal(bytes, File.ReadAllBytes(log));
    }

    [Theory]
    [InlineData("CURRENT")]
    [InlineData("MANIFEST-*")]
    [InlineData("*.sst")]
    [InlineData("*.blob")]
    public async Task A_missing_file_prevents_the_start(string pattern)
    {
        await WriteTableFilesAsync();
        foreach (var file in Directory.GetFiles(_folder.Path, pattern))
            File.Delete(file);
        var error = Assert.Throws<StartRefusedException>(() => Open(_folder.Path));
        Assert.Contains("estore the folder from a backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_table_file_fails_only_reads_that_need_it()
    {
        await WriteTableFilesAsync();
        foreach (
            var file in Directory.GetFiles(_folder.Path, "*.sst").Concat(Directory.GetFiles(_folder.Path, "*.blob"))
        )
        {
            var bytes = File.ReadAllBytes(file);
            bytes.AsSpan(0, bytes.Length / 2).Clear();
            File.WriteAllBytes(file, bytes);
        }
        var error = Assert.ThrowsAny<Exception>(() =>
        {
            using var store = Open(_folder.Path);
            for (var i = 0; i < Batches; i++)
                store.Get(Key(i));
        });
        Assert.True(error is IOException or StartRefusedException, error.ToString());
        Assert.Contains("estore the folder from a backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_folder_can_be_opened_as_a_backup()
    {
        await WriteTableFilesAsync();
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(_folder.Path))
            File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        using var store = Open(copy.Path);
        for (var i = 0; i < Batches; i++)
            Assert.Equal(Value(i), store.Get(Key(i)));
    }

    /// <summary>Writes batches one after the other, and copies the files as they are without a clean stop.</summary>
    /// <returns>The log in the test's folder, and the end of each batch in it.</returns>
    private async Task<(string Log, List<long> Ends)> WriteAsync()
    {
        using var live = new TemporaryFolder();
        using var store = Open(live.Path);
        var ends = new List<long>();
        var log = Assert.Single(Directory.GetFiles(live.Path, "*.log"));
        for (var i = 0; i < Batches; i++)
        {
            await PutAsync(store, i);
            ends.Add(new FileInfo(log).Length);
        }
        foreach (var file in Directory.GetFiles(live.Path))
            File.Copy(file, Path.Combine(_folder.Path, Path.GetFileName(file)));
        return (Path.Combine(_folder.Path, Path.GetFileName(log)), ends);
    }

    private async Task WriteTableFilesAsync()
    {
        using (var store = Open(_folder.Path))
        {
            for (var i = 0; i < Batches; i++)
                await PutAsync(store, i);
        }
        Open(_folder.Path).Dispose(); // moves the content of the log to a table file
        Assert.NotEmpty(Directory.GetFiles(_folder.Path, "*.sst"));
        Assert.NotEmpty(Directory.GetFiles(_folder.Path, "*.blob"));
    }

    /// <summary>Returns the number of batches in a copy of the folder, which must have no gap.</summary>
    private int CountRecovered()
    {
        using var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(_folder.Path))
            File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        using var store = Open(copy.Path);
        var count = 0;
        while (count < Batches && store.Get(Key(count)) is { } value)
            Assert.Equal(Value(count++), value);
        for (var i = count; i < Batches; i++)
            Assert.Null(store.Get(Key(i)));
        return count;
    }

    private static async Task PutAsync(RocksItemStore store, int i)
    {
        var batch = new ItemBatch();
        batch.Put(Key(i), Value(i));
        await store.CommitAsync(batch);
    }

    private static IEnumerable<int> Offsets(int length, int seed)
    {
        var random = new Random(seed);
        // Many places at the end, where a tail is torn.
        return Enumerable
            .Range(0, 60)
            .Select(i => i % 3 == 0 ? length - random.Next(1, Math.Min(length, 6000)) : random.Next(1, length));
    }

    private static byte[] Key(int i) => Encoding.UTF8.GetBytes($"key {i:d3}");

    // Some values span several blocks of the log and are stored in blob files.
    private static byte[] Value(int i)
    {
        var random = new Random(i);
        var value = new byte[i % 7 == 0 ? random.Next(20_000, 80_000) : random.Next(3000)];
        random.NextBytes(value);
        return value;
    }

    private static RocksItemStore Open(string folder) =>
        RocksItemStore.Open(folder, new ItemStoreOptions(), NullLogger.Instance);
}
