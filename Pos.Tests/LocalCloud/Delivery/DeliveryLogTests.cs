using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Pos.LocalCloud;
using Pos.LocalCloud.Delivery.Log;
using Xunit;

namespace Pos.Tests.LocalCloud.Delivery;

public sealed class DeliveryLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos log ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Entries_are_read_as_they_were_appended_across_files_and_restarts()
    {
        var round = 0;
        await Gen.Byte.Array[0, 40].Array[0, 30].SampleAsync(async records =>
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
        }, iter: 30, threads: 1);
    }

    [Fact]
    public async Task A_torn_tail_is_cut_wherever_it_is_torn()
    {
        long first, end;
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

    [Fact]
    public async Task Damage_before_the_tail_is_told_and_never_delivered()
    {
        await using (var log = Open(_folder, segmentBytes: 10))
        {
            await log.AppendAsync(Entry("one"u8.ToArray()));
            await log.AppendAsync(Entry("two"u8.ToArray()));
        }
        var path = Directory.GetFiles(_folder).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Throws<StartRefusedException>(() => Open(_folder, segmentBytes: 10));
    }

    [Fact]
    public async Task Files_before_what_was_delivered_are_deleted_and_offsets_go_on()
    {
        long second, end;
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

    private static DeliveryLog Open(string folder, long segmentBytes = 1 << 20) => DeliveryLog.Open(folder, 0, segmentBytes, NullLogger.Instance);

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
