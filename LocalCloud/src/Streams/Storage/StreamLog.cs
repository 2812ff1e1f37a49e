using System.Buffers.Binary;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// A stream's records on disk. All shards share one log, so a PutRecords call over several shards needs one flush
/// (flushing four files in turn took four times as long). One thread appends; any thread may read.
/// </summary>
internal sealed partial class StreamLog : IDisposable
{
    private readonly string _folder;
    private readonly ILogFiles _files;
    private readonly int _segmentBytes;
    private readonly Lock _gate = new();
    private readonly List<LogSegment> _segments;
    private readonly LogDamageList _damages;
    private bool _tailNeedsRepair;

    private StreamLog(
        string folder,
        ILogFiles files,
        int segmentBytes,
        List<LogSegment> segments,
        LogDamageList damages
    )
    {
        (_folder, _files, _segmentBytes, _segments, _damages) = (folder, files, segmentBytes, segments, damages);
        var last = segments[^1];
        NextOrdinal = Math.Max(last.BaseOrdinal, last.Index.LastOrdinal + 1);
        LastArrival = segments.Max(segment => segment.Index.LastArrival);
    }

    /// <summary>The ordinal of the next record. All earlier records are on disk and readable.</summary>
    public long NextOrdinal { get; private set; }

    /// <summary>Arrival of the newest record in Unix milliseconds. Never decreases, even if the clock does.</summary>
    public long LastArrival { get; private set; }

    /// <summary>The damage found so far, by file and offset. Reads skip it.</summary>
    public IReadOnlyList<LogDamage> Damages => _damages.All;

    /// <summary>Returns the log's size on disk.</summary>
    public (int Segments, long Bytes) Size()
    {
        lock (_gate)
            return (_segments.Count, _segments.Sum(segment => segment.Index.Length));
    }

    /// <summary>
    /// Returns the offset of the next round, for its chunks' headers. Starts a new segment if the last one is full.
    /// </summary>
    public long PrepareRound()
    {
        var active = _segments[^1];
        if (_tailNeedsRepair)
        {
            // Remove the remains of a failed write or flush first.
            active.File.Truncate(active.Index.Length);
            active.File.Flush();
            _tailNeedsRepair = false;
        }
        if (active.Index.Length >= _segmentBytes)
            active = StartSegment();
        return active.Index.Length;
    }

    /// <summary>Writes and flushes a round's chunks, then makes them readable.</summary>
    /// <exception cref="IOException">The round was not stored. The next round overwrites it.</exception>
    public void Append(ReadOnlySpan<byte> round, ReadOnlySpan<PlacedChunk> chunks)
    {
        var active = _segments[^1];
        _tailNeedsRepair = true;
        active.File.Write(round, active.Index.Length);
        active.File.Flush();
        _tailNeedsRepair = false;
        lock (_gate)
        {
            foreach (ref readonly var placed in chunks)
                active.Index.Add(placed.Offset, placed.Chunk);
            NextOrdinal = active.Index.LastOrdinal + 1;
            LastArrival = active.Index.LastArrival;
        }
    }

    /// <summary>Skips ordinals that are not records, such as a shard's start.</summary>
    public void SkipTo(long nextOrdinal)
    {
        lock (_gate)
            NextOrdinal = Math.Max(NextOrdinal, nextOrdinal);
    }

    /// <summary>
    /// Passes the shard's records from an ordinal and an arrival on to the sink until it returns false. Skips and
    /// reports damaged chunks, so that a reader still receives the records after them. Returns the ordinal from which
    /// to continue.
    /// </summary>
    public long Read<TSink>(int shard, long ordinal, long arrival, ref TSink sink)
        where TSink : ILogRecordSink, allows ref struct
    {
        while (TryFind(shard, ordinal, arrival, out var segment, out var range))
        {
            try
            {
                if (!ReadRange(segment, range, shard, ref ordinal, arrival, ref sink))
                    return ordinal;
                ordinal = Math.Max(ordinal, range.NextOrdinal);
            }
            catch (ObjectDisposedException)
            {
                ordinal = segment.Index.LastOrdinal + 1; // Retention has deleted the segment meanwhile.
            }
        }
        return ordinal;
    }

    /// <summary>Returns the ordinal and arrival of the shard's newest record; ordinal -1 if it has none.</summary>
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
    /// Deletes the segments whose records all arrived before the given time and returns their number. Only the
    /// appending thread may call it.
    /// </summary>
    public int DropBefore(long arrival)
    {
        List<LogSegment> dropped;
        if (!_tailNeedsRepair && _segments[^1].Index is { Length: > 0 } last && last.LastArrival < arrival)
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
        out SegmentIndex.SearchRange range
    )
    {
        lock (_gate)
        {
            for (var i = FirstSegment(ordinal); i < _segments.Count; i++)
            {
                segment = _segments[i];
                if (segment.Index.TryFind(shard, ordinal, arrival, out range))
                    return true;
            }
        }
        (segment, range) = (null!, default);
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

    private bool ReadRange<TSink>(
        LogSegment segment,
        SegmentIndex.SearchRange range,
        int shard,
        ref long ordinal,
        long arrival,
        ref TSink sink
    )
        where TSink : ILogRecordSink, allows ref struct
    {
        using var window = new LogWindow(segment.File, range.End);
        var expected = range.FirstOrdinal;
        for (var offset = range.Start; offset < range.Limit; )
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
            var damage = SegmentScan.Damage(segment.Path, window, offset, range.End, expected);
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
                if (!sink.TryAdd(record))
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
