using System.Text;
using LocalCloud.Streams;
using LocalCloud.Streams.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LocalCloud.Tests.Streams;

[Fast]
public sealed class StreamLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos log ").FullName;
    private static readonly IReadOnlyList<Shard> s_shards = Resharding.CreateInitial(2, 0);
    private static readonly UInt128[] s_keys = [.. s_shards.Select(shard => shard.StartingHashKey)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_tail_torn_at_any_byte_is_truncated_to_the_last_complete_entry()
    {
        long complete,
            length;
        using (var log = Open())
        {
            Append(log, (0, "one"), (1, "two"));
            complete = new FileInfo(LogFile()).Length;
            Append(log, (0, "three"), (0, "four"));
            length = new FileInfo(LogFile()).Length;
        }
        var bytes = File.ReadAllBytes(LogFile());
        for (var cut = complete; cut < length; cut++)
        {
            File.WriteAllBytes(LogFile(), bytes[..(int)cut]);
            using (var log = Open())
            {
                Assert.Equal(["one"], Read(log, 0));
                Assert.Equal(complete, new FileInfo(LogFile()).Length);
                Append(log, (0, "after"));
            }
            using var again = Open();
            Assert.Equal(["one", "after"], Read(again, 0));
            Assert.Equal(["two"], Read(again, 1));
        }
    }

    [Fact]
    public void A_tail_with_any_wrong_byte_is_truncated()
    {
        int complete;
        using (var log = Open())
        {
            Append(log, (0, "one"));
            complete = (int)new FileInfo(LogFile()).Length;
            Append(log, (0, "two"));
        }
        var bytes = File.ReadAllBytes(LogFile());
        for (var at = complete; at < bytes.Length; at++)
        {
            var torn = bytes.ToArray();
            torn[at] ^= 0x55;
            File.WriteAllBytes(LogFile(), torn);
            using var log = Open();
            Assert.Equal(["one"], Read(log, 0));
        }
    }

    [Fact]
    public void A_round_of_which_only_a_later_chunk_reached_the_disk_counts_as_torn()
    {
        int complete;
        using (var log = Open())
        {
            Append(log, (0, "one"));
            complete = (int)new FileInfo(LogFile()).Length;
            Append(log, (0, "lost"), (1, "reached the disk, never acknowledged"));
        }
        var bytes = File.ReadAllBytes(LogFile());
        bytes.AsSpan(complete, LogChunk.HeaderBytes).Clear();
        File.WriteAllBytes(LogFile(), bytes);
        var logger = new ListLogger();
        using var after = Open(logger: logger);
        Assert.Equal(["one"], Read(after, 0));
        Assert.Empty(Read(after, 1));
        Assert.DoesNotContain(logger.Lines, line => line.Contains("corrupt", StringComparison.Ordinal));
    }

    [Fact]
    public void Damage_before_a_later_round_is_reported_with_file_and_offset_and_skipped()
    {
        int start,
            end;
        using (var log = Open())
        {
            Append(log, (0, "one"));
            start = (int)new FileInfo(LogFile()).Length;
            Append(log, (0, "damaged"));
            end = (int)new FileInfo(LogFile()).Length;
            Append(log, (0, "three"));
        }
        var bytes = File.ReadAllBytes(LogFile());
        for (var at = start; at < end; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x55;
            File.WriteAllBytes(LogFile(), damaged);
            var logger = new ListLogger();
            using var log = Open(logger: logger);
            Assert.Equal(["one", "three"], Read(log, 0));
            Assert.Equal(
                new LogDamage(LogFile(), start, end - start, FirstOrdinal: 1, Ordinals: 1),
                Assert.Single(log.Damages)
            );
            Assert.Single(logger.Lines, line =>
                line.Contains($"'{LogFile()}' is damaged at offset {start}", StringComparison.Ordinal)
            );
            Assert.Equal(bytes.Length, new FileInfo(LogFile()).Length); // the damaged bytes are kept
        }
    }

    [Fact]
    public void Damage_in_a_full_segment_loses_only_the_records_of_its_chunk()
    {
        using (var log = Open(segmentBytes: 4096))
        {
            for (var i = 0; i < 60; i++)
                Append(log, (i % 2, $"{i} {new string('x', 200)}"));
        }
        var first = Directory.GetFiles(_folder, "*.log").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(first);
        for (var at = 0; at < bytes.Length; at += 7)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x55;
            File.WriteAllBytes(first, damaged);
            var logger = new ListLogger();
            using var log = Open(segmentBytes: 4096, logger: logger);
            Assert.Empty(log.Damages); // recovery reads only the last segment
            var read = Read(log, 0).Concat(Read(log, 1)).Select(text => int.Parse(text.Split(' ')[0])).ToHashSet();
            var lost = Assert.Single(Enumerable.Range(0, 60).Except(read));
            var damage = Assert.Single(log.Damages);
            Assert.Equal((first, lost, 1), (damage.File, damage.FirstOrdinal, damage.Ordinals ?? 1));
            Assert.InRange(at, damage.Offset, damage.Offset + damage.Bytes - 1);
            Assert.Single(logger.Lines);
        }
    }

    [Fact]
    public void A_log_inside_a_record_is_not_mistaken_for_entries_behind_damage()
    {
        using (var log = Open())
            Append(log, (0, "inner, never put into this log"));
        var inner = File.ReadAllBytes(LogFile());
        File.Delete(LogFile());
        int start,
            end;
        using (var log = Open())
        {
            Append(log, (0, "one"));
            start = (int)new FileInfo(LogFile()).Length;
            Append(log, (0, Encoding.Latin1.GetString(inner)));
            end = (int)new FileInfo(LogFile()).Length;
            Append(log, (0, "three"));
        }
        var bytes = File.ReadAllBytes(LogFile());
        for (var at = start; at < end; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x55;
            File.WriteAllBytes(LogFile(), damaged);
            using var log = Open();
            Assert.Equal(["one", "three"], Read(log, 0));
        }
    }

    [Fact]
    public void Records_past_retention_are_dropped_even_from_an_idle_log()
    {
        using (var log = Open())
        {
            Append(log, (0, "old"));
            Assert.Equal(0, log.DropBefore(1));
            Assert.Equal(1, log.DropBefore(2)); // the arrival times are 1
            Assert.Equal((1, 0L), log.Size());
            Append(log, (0, "new"));
            Assert.Equal(2, log.NextOrdinal);
        }
        using var again = Open();
        Assert.Equal(["new"], Read(again, 0));
        Assert.Equal(2, again.NextOrdinal);
    }

    [Fact]
    public void Recovery_reads_only_the_last_segment_and_finds_everything()
    {
        using (var log = Open(segmentBytes: 4096))
        {
            for (var i = 0; i < 200; i++)
                Append(log, (i % 2, $"{i} {new string('x', 200)}"));
        }
        var files = new BrokenLogFiles();
        using (var log = Open(files, segmentBytes: 4096))
        {
            Assert.Equal(Path.GetFileName(LogFile()), Assert.Single(files.BytesRead).Key);
            Assert.Equal(200, log.NextOrdinal);
            Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{2 * i} {new string('x', 200)}"), Read(log, 0));
        }
        File.Delete(
            Path.ChangeExtension(Directory.GetFiles(_folder, "*.log").Order(StringComparer.Ordinal).First(), ".index")
        );
        using var rebuilt = Open(segmentBytes: 4096);
        Assert.Equal(100, Read(rebuilt, 1).Count);
    }

    [Fact]
    public void Records_of_a_quiet_shard_are_found_deep_in_a_busy_log()
    {
        using var log = Open();
        Append(log, (1, "first"));
        for (var i = 0; i < 100; i++)
            Append(log, (0, new string('x', 10_000)));
        Append(log, (1, "second"));
        for (var i = 0; i < 100; i++)
            Append(log, (0, new string('x', 10_000)));
        Assert.Equal(["first", "second"], Read(log, 1));
        Assert.Equal(200, Read(log, 0).Count);
        var rest = new Texts();
        log.Read(1, 1, long.MinValue, ref rest);
        Assert.Equal(["second"], rest.Items);
    }

    private StreamLog Open(ILogFiles? files = null, int segmentBytes = 64 * 1024 * 1024, ILogger? logger = null) =>
        StreamLog.Open(_folder, files ?? new LogFiles(), segmentBytes, logger ?? NullLogger.Instance);

    private string LogFile() => Directory.GetFiles(_folder, "*.log").Order(StringComparer.Ordinal).Last();

    /// <summary>Appends a round.</summary>
    private static void Append(StreamLog log, params (int Shard, string Data)[] records)
    {
        using var batch = new PutBatch();
        foreach (var (shard, data) in records)
        {
            var bytes = Encoding.UTF8.GetBytes("k" + data);
            var offset = batch.Bytes.WrittenSpan.Length;
            bytes.CopyTo(batch.Bytes.GetSpan(bytes.Length));
            batch.Bytes.Advance(bytes.Length);
            batch.Add(
                new PutBatch.Entry
                {
                    KeyOffset = offset,
                    KeyBytes = 1,
                    DataOffset = offset + 1,
                    DataBytes = bytes.Length - 1,
                    HashKey = s_keys[shard],
                }
            );
        }
        using var round = new CommitRound();
        round.Encode([batch], [.. s_shards], log.PrepareRound(), log.NextOrdinal, arrival: 1);
        log.Append(round.Bytes, round.Chunks);
    }

    private static List<string> Read(StreamLog log, int shard)
    {
        var texts = new Texts();
        log.Read(shard, 0, long.MinValue, ref texts);
        return texts.Items;
    }

    private readonly struct Texts() : ILogRecordSink
    {
        public List<string> Items { get; } = [];

        public bool TryAdd(in LogRecord record)
        {
            Items.Add(Encoding.UTF8.GetString(record.Data));
            return true;
        }
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Add(formatter(state, exception));
    }
}
