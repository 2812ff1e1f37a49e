using System.Buffers.Binary;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// A stream's records on disk: one log for all shards, so that a PutRecords over several shards costs one flush (four
/// files flushed in turn took four times as long). Appending is one thread's business; reading is anyone's.
/// </summary>
internal sealed partial class StreamLog : IDisposable
{
    private readonly string _folder;
    private readonly ILogFiles _files;
    private readonly int _segmentBytes;
    private readonly Lock _gate = new();
    private readonly List<LogSegment> _segments;
    private readonly LogDamages _damages;
    private bool _tailUnsure;

    private StreamLog(string folder, ILogFiles files, int segmentBytes, List<LogSegment> segments, LogDamages damages)
    {
        (_folder, _files, _segmentBytes, _segments, _damages) = (folder, files, segmentBytes, segments, damages);
        var last = segments[^1];
        NextOrdinal = Math.Max(last.BaseOrdinal, last.Index.LastOrdinal + 1);
        LastArrival = segments.Max(segment => segment.Index.LastArrival);
    }

    /// <summary>The ordinal of the next record: all records before are on disk and can be read.</summary>
    public long NextOrdinal { get; private set; }

    /// <summary>Unix milliseconds of the newest record; arrivals never go back, whatever the clock does.</summary>
    public long LastArrival { get; private set; }

    /// <summary>What was found damaged and is left out of reads, by file and offset.</summary>
    public IReadOnlyList<LogDamage> Damages => _damages.All;

    /// <summary>What the log takes on disk.</summary>
    public (int Segments, long Bytes) Size()
    {
        lock (_gate)
            return (_segments.Count, _segments.Sum(segment => segment.Index.Length));
    }

    /// <summary>
    /// Where the next round's bytes go, for its chunks' headers. Starts a new segment when the last is full.
    /// </summary>
    public long PrepareRound()
    {
        var active = _segments[^1];
        if (_tailUnsure)
        {
            // What a failed write or flush left behind goes, before anything is put in its place.
            active.File.Truncate(active.Index.Length);
            active.File.Flush();
            _tailUnsure = false;
        }
        if (active.Index.Length >= _segmentBytes)
            active = StartSegment();
        return active.Index.Length;
    }

    /// <summary>Writes a round's chunks and flushes; then they can be read.</summary>
    /// <exception cref="IOException">Nothing of it will be read, and the next round takes its place.</exception>
    public void Append(ReadOnlySpan<byte> round, ReadOnlySpan<PlacedChunk> chunks)
    {
        var active = _segments[^1];
        _tailUnsure = true;
        active.File.Write(round, active.Index.Length);
        active.File.Flush();
        _tailUnsure = false;
        lock (_gate)
        {
            foreach (ref readonly var placed in chunks)
                active.Index.Add(placed.Offset, placed.Chunk);
            NextOrdinal = active.Index.LastOrdinal + 1;
            LastArrival = active.Index.LastArrival;
        }
    }

    /// <summary>Takes ordinals out of use for what is not a record, such as a shard's start.</summary>
    public void SkipTo(long nextOrdinal)
    {
        lock (_gate)
            NextOrdinal = Math.Max(NextOrdinal, nextOrdinal);
    }

    /// <summary>
    /// Hands the shard's records from an ordinal and an arrival on to the sink, until it takes no more. What is damaged
    /// is left out, and reported: a reader that could not pass would lose what is behind it, too.
    /// </summary>
    /// <returns>The ordinal to go on from.</returns>
    public long Read<TSink>(int shard, long ordinal, long arrival, ref TSink sink)
        where TSink : ILogRecordSink, allows ref struct
    {
        while (TryFind(shard, ordinal, arrival, out var segment, out var stretch))
        {
            try
            {
                if (!ReadStretch(segment, stretch, shard, ref ordinal, arrival, ref sink))
                    return ordinal;
                ordinal = Math.Max(ordinal, stretch.NextOrdinal);
            }
            catch (ObjectDisposedException)
            {
                ordinal = segment.Index.LastOrdinal + 1; // retention dropped it meanwhile
            }
        }
        return ordinal;
    }

    /// <summary>The shard's newest record: its ordinal and arrival; -1 when it has none.</summary>
    public (long Ordinal, long Arrival) Tail(int shard)
    {
        lock (_gate)
        {
            for (var i = _segments.Count - 1; i >= 0; i--)
            {
                if (_segments[i].Index.TryGetLast(shard, out var ordinal, out var arrival))
                    return (ordinal, arrival);
            }
        }
        return (-1, long.MinValue);
    }

    /// <summary>
    /// Deletes the segments whose every record arrived before. Only the appending thread may call it.
    /// </summary>
    /// <returns>How many were deleted.</returns>
    public int DropBefore(long arrival)
    {
        List<LogSegment> dropped;
        if (!_tailUnsure && _segments[^1].Index is { Length: > 0 } last && last.LastArrival < arrival)
            StartSegment();
        lock (_gate)
        {
            var count = 0;
            while (count < _segments.Count - 1 && _segments[count].Index.LastArrival < arrival)
                count++;
            dropped = _segments[..count];
            _segments.RemoveRange(0, count);
        }
        foreach (var segment in dropped)
        {
            segment.Delete();
            _damages.Forget(segment.Path);
        }
        return dropped.Count;
    }

    public void Dispose()
    {
        foreach (var segment in _segments)
            segment.Dispose();
    }

    private LogSegment StartSegment()
    {
        _segments[^1].WriteIndex();
        var next = LogSegment.Open(LogSegment.PathOf(_folder, NextOrdinal), _files, new SegmentIndex());
        lock (_gate)
            _segments.Add(next);
        return next;
    }

    private bool TryFind(
        int shard,
        long ordinal,
        long arrival,
        out LogSegment segment,
        out SegmentIndex.Stretch stretch
    )
    {
        lock (_gate)
        {
            for (var i = FirstSegment(ordinal); i < _segments.Count; i++)
            {
                segment = _segments[i];
                if (segment.Index.TryFind(shard, ordinal, arrival, out stretch))
                    return true;
            }
        }
        (segment, stretch) = (null!, default);
        return false;
    }

    private int FirstSegment(long ordinal)
    {
        var (low, high) = (0, _segments.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_segments[middle].BaseOrdinal <= ordinal)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    private bool ReadStretch<TSink>(
        LogSegment segment,
        SegmentIndex.Stretch stretch,
        int shard,
        ref long ordinal,
        long arrival,
        ref TSink sink
    )
        where TSink : ILogRecordSink, allows ref struct
    {
        using var window = new LogWindow(segment.File, stretch.End);
        var expected = stretch.FirstOrdinal;
        for (var offset = stretch.Start; offset < stretch.Limit; )
        {
            var isWhole = LogChunk.TryReadHeader(window.Read(offset, LogChunk.HeaderBytes), out var chunk);
            if (isWhole && chunk.Shard == shard && chunk.LastOrdinal >= ordinal && chunk.Arrival >= arrival)
            {
                isWhole = window.TryReadChunk(offset, out _, out var payload);
                if (isWhole && !Deliver(chunk, payload, ref ordinal, ref sink))
                    return false;
            }
            if (isWhole)
            {
                (offset, expected) = (offset + chunk.TotalBytes, chunk.LastOrdinal + 1);
                continue;
            }
            var damage = SegmentScan.Damage(segment.Path, window, offset, stretch.End, expected);
            _damages.Report(damage);
            offset = damage.Offset + damage.Bytes;
            expected = damage.FirstOrdinal + (damage.Ordinals ?? 0);
        }
        return true;
    }

    private static bool Deliver<TSink>(in LogChunk chunk, ReadOnlySpan<byte> payload, ref long ordinal, ref TSink sink)
        where TSink : ILogRecordSink, allows ref struct
    {
        for (var i = 0; i < chunk.Count; i++)
        {
            var keyBytes = BinaryPrimitives.ReadUInt16LittleEndian(payload);
            var dataBytes = BinaryPrimitives.ReadInt32LittleEndian(payload[2..]);
            var at = chunk.FirstOrdinal + i;
            if (at >= ordinal)
            {
                var record = new LogRecord
                {
                    Ordinal = at,
                    Arrival = chunk.Arrival,
                    PartitionKey = payload.Slice(LogChunk.RecordHeaderBytes, keyBytes),
                    Data = payload.Slice(LogChunk.RecordHeaderBytes + keyBytes, dataBytes),
                };
                if (!sink.Take(record))
                    return false;
                ordinal = at + 1;
            }
            payload = payload[(LogChunk.RecordHeaderBytes + keyBytes + dataBytes)..];
        }
        return true;
    }
}

/// <summary>A chunk and its offset in the segment.</summary>
internal readonly record struct PlacedChunk(long Offset, LogChunk Chunk);
