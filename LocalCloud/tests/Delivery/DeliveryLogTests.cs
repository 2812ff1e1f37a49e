using CsCheck;
using LocalCloud.Delivery.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LocalCloud.Tests.Delivery;

[Fast]
public sealed class DeliveryLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos log ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Entries_are_read_back_unchanged_across_files_and_restarts()
    {
        var round = 0;
        await Gen
            .Byte.Array[0, 40]
            .Array[0, 30]
            .SampleAsync(
                async records =>
                {
                    var folder = Path.Combine(_folder, $"{round++}");
                    var half = records.Length / 2;
                    await using (var log = Open(folder, segmentBytes: 100))
                        await Task.WhenAll(records[..half].Select(record => log.AppendAsync(Entry(record))));
                    await using (var log = Open(folder, segmentBytes: 100))
                    {
                        foreach (var record in records[half..])
                            await log.AppendAsync(Entry(record));
                        Assert.Equal(records.Select(Convert.ToHexString), Read(log, 0));
                    }
                },
                iter: 30,
                threads: 1
            );
    }

    [Fact]
    public async Task A_tail_torn_at_any_byte_is_truncated()
    {
        long first,
            end;
        await using (var log = Open(_folder))
        {
            await log.AppendAsync(Entry("acknowledged"u8.ToArray()));
            first = log.End;
            await log.AppendAsync(Entry("torn"u8.ToArray()));
            end = log.End;
        }
        var path = Directory.GetFiles(_folder).Single();
        var whole = File.ReadAllBytes(path);
        for (var length = first; length < end; length++)
        {
            File.WriteAllBytes(path, whole[..(int)length]);
            await using var log = Open(_folder);
            Assert.Equal(first, log.End);
            Assert.Equal([Convert.ToHexString("acknowledged"u8)], Read(log, 0));
        }
    }

    [Theory]
    [InlineData(1 << 20)]
    [InlineData(10)] // one entry per file
    public async Task Damage_loses_only_the_damaged_entries(long segmentBytes)
    {
        var records = Enumerable.Range(0, 5).Select(i => new byte[] { (byte)i, 0, 0, 0, 1, 1, 0, 0 }).ToArray();
        var size = LogEntry.HeaderBytes + 8;
        var round = 0;
        await Gen.Select(Gen.Int[0, (4 * size) - 1], Gen.Int[1, 2 * size], Gen.Byte[1, 255])
            .SampleAsync(
                async (from, count, change) =>
                {
                    var folder = Path.Combine(_folder, $"{segmentBytes} {round++}");
                    await using (var log = Open(folder, segmentBytes))
                    {
                        foreach (var record in records)
                            await log.AppendAsync(Entry(record));
                    }
                    // Damage up to four of five entries, possibly across files. The last entry stays: damage at the
                    // end would be a torn tail.
                    var to = Math.Min(from + count, 4 * size);
                    Damage(folder, from, to, change);

                    await using var damaged = Open(folder, segmentBytes);
                    var read = Read(damaged, 0);
                    var hit = Enumerable.Range(0, 5).Where(i => from < (i + 1) * size && to > i * size).ToArray();
                    Assert.Equal(Enumerable.Range(0, 5).Except(hit).Select(i => Convert.ToHexString(records[i])), read);
                    Assert.Equal(
                        hit[0] * size,
                        damaged.Damage.Min(damage =>
                            long.Parse(Path.GetFileNameWithoutExtension(damage.File), null) + damage.Offset
                        )
                    );
                    Assert.Equal(hit.Length * size, damaged.Damage.Sum(damage => damage.Bytes));
                    Assert.Equal(damaged.Damage.Count, Directory.GetFiles(folder, "*.damaged").Length);
                    Assert.Equal(read, Read(damaged, 0)); // a second read, as staging does it
                },
                iter: 40,
                threads: 1
            );
    }

    [Fact]
    public async Task Damage_to_an_open_log_is_skipped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "nobody else may write to an open file there");
        await using var log = Open(_folder);
        foreach (var record in new[] { "one"u8.ToArray(), "two"u8.ToArray(), "three"u8.ToArray() })
            await log.AppendAsync(Entry(record));
        await using (
            var file = new FileStream(
                Directory.GetFiles(_folder).Single(),
                FileMode.Open,
                FileAccess.Write,
                FileShare.ReadWrite | FileShare.Delete
            )
        )
        {
            file.Position = LogEntry.HeaderBytes + 3 + LogEntry.HeaderBytes;
            file.WriteByte((byte)'?');
        }
        Assert.Equal([Convert.ToHexString("one"u8), Convert.ToHexString("three"u8)], Read(log, 0));
        Assert.Single(log.Damage);
    }

    [Fact]
    public async Task A_missing_file_is_reported_and_later_entries_wait()
    {
        await using (var log = Open(_folder, segmentBytes: 10))
        {
            foreach (var record in new[] { "one"u8.ToArray(), "two"u8.ToArray(), "three"u8.ToArray() })
                await log.AppendAsync(Entry(record));
        }
        File.Delete(Directory.GetFiles(_folder).Order(StringComparer.Ordinal).ElementAt(1));
        Assert.Throws<StartRefusedException>(() => Open(_folder, segmentBytes: 10));
    }

    [Fact]
    public async Task Delivered_files_are_deleted_and_offsets_continue()
    {
        long second,
            end;
        await using (var log = Open(_folder, segmentBytes: 10))
        {
            await log.AppendAsync(Entry("one"u8.ToArray()));
            second = log.End;
            await log.AppendAsync(Entry("two"u8.ToArray()));
            end = log.End;
            log.DropBefore(second);
            Assert.Single(Directory.GetFiles(_folder));
        }
        await using (var log = DeliveryLog.Open(_folder, second, 10, NullLogger.Instance))
        {
            Assert.Equal(end, log.End);
            Assert.Equal([Convert.ToHexString("two"u8)], Read(log, second));
        }
    }

    private static DeliveryLog Open(string folder, long segmentBytes = 1 << 20) =>
        DeliveryLog.Open(folder, 0, segmentBytes, NullLogger.Instance);

    private static void Damage(string folder, int from, int to, byte change)
    {
        foreach (var path in Directory.GetFiles(folder, "*.log").Order(StringComparer.Ordinal))
        {
            var bytes = File.ReadAllBytes(path);
            var start = int.Parse(Path.GetFileNameWithoutExtension(path), null);
            for (var i = Math.Max(from - start, 0); i < Math.Min(to - start, bytes.Length); i++)
                bytes[i] ^= change;
            File.WriteAllBytes(path, bytes);
        }
    }

    private static byte[] Entry(byte[] data)
    {
        var entry = new byte[LogEntry.HeaderBytes + data.Length];
        data.CopyTo(entry, LogEntry.HeaderBytes);
        LogEntry.Seal(entry, DateTimeOffset.UnixEpoch);
        return entry;
    }

    private static List<string> Read(DeliveryLog log, long from)
    {
        using var reader = log.ReadFrom(from);
        var records = new List<string>();
        while (reader.Read())
            records.Add(Convert.ToHexString(reader.Data.Span));
        return records;
    }
}
