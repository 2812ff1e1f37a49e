using System.Buffers.Binary;

namespace Pos.LocalCloud.Streams.Storage;

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
    private bool _tailUnsure;

    private StreamLog(string folder, ILogFiles files, int segmentBytes, List<LogSegment> segments)
    {
        (_folder, _files, _segmentBytes, _segments) = (folder, files, segmentBytes, segments);
        var last = segments[^1];
        NextOrdinal = Math.Max(last.BaseOrdinal, last.Index.LastOrdinal + 1);
        LastArrival = segments.Max(segment => segment.Index.LastArrival);
    }

    /// <summary>The ordinal of the next record: all records before are on disk and can be read.</summary>
    public long NextOrdinal { get; private set; }

    /// <summary>Unix milliseconds of the newest record; arrivals never go back, whatever the clock does.</summary>
    public long LastArrival { get; private set; }

    /// <summary>Where the next round's bytes go, for its chunks' headers. Starts a new segment when the last is full.</summary>
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
        {
            active.WriteIndex();
            var next = LogSegment.Open(LogSegment.PathOf(_folder, NextOrdinal), _files, new SegmentIndex());
            lock (_gate)
                _segments.Add(active = next);
        }
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

    /// <summary>Hands the shard's records from an ordinal and an arrival on to the sink, until it takes no more.</summary>
    /// <returns>The ordinal to go on from.</returns>
    /// <exception cref="LogCorruptException">The next record cannot be read.</exception>
    public long Read<TSink>(int shard, long ordinal, long arrival, ref TSink sink) where TSink : ILogRecordSink, allows ref struct
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

    /// <summary>Deletes the segments whose every record arrived before; the newest stays.</summary>
    /// <returns>How many were deleted.</returns>
    public int DropBefore(long arrival)
    {
        List<LogSegment> dropped;
        lock (_gate)
        {
            var count = 0;
            while (count < _segments.Count - 1 && _segments[count].Index.LastArrival < arrival)
                count++;
            dropped = _segments[..count];
            _segments.RemoveRange(0, count);
        }
        foreach (var segment in dropped)
            segment.Delete();
        return dropped.Count;
    }

    public void Dispose()
    {
        foreach (var segment in _segments)
            segment.Dispose();
    }

    private bool TryFind(int shard, long ordinal, long arrival, out LogSegment segment, out SegmentIndex.Stretch stretch)
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

    private static bool ReadStretch<TSink>(LogSegment segment, SegmentIndex.Stretch stretch, int shard, ref long ordinal, long arrival, ref TSink sink)
        where TSink : ILogRecordSink, allows ref struct
    {
        using var window = new LogWindow(segment.File, stretch.End);
        for (var offset = stretch.Start; offset < stretch.Limit;)
        {
            if (!LogChunk.TryReadHeader(window.Read(offset, LogChunk.HeaderBytes), out var chunk))
                throw new LogCorruptException(segment.Path, offset);
            if (chunk.Shard == shard && chunk.LastOrdinal >= ordinal && chunk.Arrival >= arrival)
            {
                if (!window.TryReadChunk(offset, out _, out var payload))
                    throw new LogCorruptException(segment.Path, offset);
                if (!Deliver(chunk, payload, ref ordinal, ref sink))
                    return false;
            }
            offset += chunk.TotalBytes;
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
