using System.Buffers;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// Reads a whole segment after a crash and finds its valid chunks, its torn tail and its corrupt parts.
/// </summary>
internal static class SegmentScan
{
    /// <summary>The result of a scan.</summary>
    /// <param name="Index">The index of the valid chunks.</param>
    /// <param name="TornAt">The offset of a torn tail, which was never acknowledged; null if there is none.</param>
    /// <param name="Damages">The acknowledged parts that are corrupt.</param>
    internal sealed record Result(SegmentIndex Index, long? TornAt, IReadOnlyList<LogDamage> Damages);

    /// <summary>Scans a segment.</summary>
    /// <param name="path">The segment's path, for reports.</param>
    /// <param name="file">The open segment.</param>
    /// <param name="firstOrdinal">The first ordinal that the segment may contain.</param>
    /// <param name="isLast">True for the log's last segment. Only its last round can be torn, because a segment is on
    /// disk before its successor is started.</param>
    public static Result Run(string path, ILogFile file, long firstOrdinal, bool isLast)
    {
        var length = file.Length;
        var index = new SegmentIndex();
        var damages = new List<LogDamage>();
        var expected = firstOrdinal;
        using var window = new LogWindow(file, length);
        for (long offset = 0; offset < length; )
        {
            if (window.TryReadChunk(offset, out var chunk, out _))
            {
                index.Add(offset, chunk);
                (offset, expected) = (offset + chunk.TotalBytes, chunk.LastOrdinal + 1);
                continue;
            }
            // A later round is written only after this one is on disk. If there is one, this is corruption.
            if (isLast && FindRoundAfter(window, offset, length) is null)
                return new Result(index, offset, damages);
            var damage = Damage(path, window, offset, length, expected);
            damages.Add(damage);
            offset = damage.Offset + damage.Bytes;
        }
        return new Result(index, null, damages);
    }

    /// <summary>
    /// Returns the extent of a damaged chunk: the chunk itself if its header is valid, else everything up to the next
    /// valid chunk.
    /// </summary>
    public static LogDamage Damage(string path, LogWindow window, long offset, long end, long expectedOrdinal)
    {
        if (LogChunk.TryReadHeader(window.Read(offset, LogChunk.HeaderBytes), out var damaged))
            return new LogDamage(path, offset, damaged.TotalBytes, damaged.FirstOrdinal, damaged.Count);
        // A record's data may look like a chunk. A real one belongs to a round that starts at or before its offset and
        // continues the ordinals.
        for (var at = FindChunkAfter(window, offset, end); at is { } next; at = FindChunkAfter(window, next, end))
        {
            if (
                window.TryReadChunk(next, out var valid, out _)
                && valid.Round <= next
                && valid.FirstOrdinal >= expectedOrdinal
            )
                return new LogDamage(
                    path,
                    offset,
                    next - offset,
                    expectedOrdinal,
                    valid.FirstOrdinal - expectedOrdinal
                );
        }
        return new LogDamage(path, offset, end - offset, expectedOrdinal, null);
    }

    private static long? FindRoundAfter(LogWindow window, long badOffset, long length)
    {
        for (
            var at = FindChunkAfter(window, badOffset, length);
            at is { } offset;
            at = FindChunkAfter(window, offset, length)
        )
        {
            if (window.TryReadChunk(offset, out var chunk, out _) && chunk.Round > badOffset)
                return offset;
        }
        return null;
    }

    private static long? FindChunkAfter(LogWindow window, long offset, long length)
    {
        for (offset++; offset < length; )
        {
            var bytes = window.Read(offset, 64 * 1024);
            if (bytes.IsEmpty)
                return null; // The file was truncated meanwhile.
            var found = bytes.IndexOf(LogChunk.Magic);
            if (found < 0)
            {
                offset += Math.Max(1, bytes.Length - LogChunk.Magic.Length + 1);
                continue;
            }
            offset += found;
            if (window.TryReadChunk(offset, out _, out _))
                return offset;
            offset++;
        }
        return null;
    }
}

/// <summary>Reads a file through a pooled buffer.</summary>
internal sealed class LogWindow(ILogFile file, long end) : IDisposable
{
    private const int MinReadBytes = 128 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2 * MinReadBytes);
    private long _start;
    private int _length;

    /// <summary>Returns bytes from an offset; fewer than <paramref name="count"/> only at the end.</summary>
    public ReadOnlySpan<byte> Read(long offset, int count)
    {
        count = (int)Math.Min(count, end - offset);
        if (offset < _start || offset + count > _start + _length)
            Load(offset, count);
        return _buffer.AsSpan((int)(offset - _start), Math.Min(count, _length - (int)(offset - _start)));
    }

    /// <summary>Returns false if there is no complete, valid chunk at the offset.</summary>
    public bool TryReadChunk(long offset, out LogChunk chunk, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (!LogChunk.TryReadHeader(Read(offset, LogChunk.HeaderBytes), out chunk))
            return false;
        payload = Read(offset + LogChunk.HeaderBytes, chunk.PayloadBytes);
        return payload.Length == chunk.PayloadBytes && chunk.Matches(payload);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void Load(long offset, int count)
    {
        if (_buffer.Length < count)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(count);
        }
        _start = offset;
        _length = file.Read(
            _buffer.AsSpan(0, (int)Math.Min(Math.Max(count, Math.Min(MinReadBytes, _buffer.Length)), end - offset)),
            offset
        );
    }
}
