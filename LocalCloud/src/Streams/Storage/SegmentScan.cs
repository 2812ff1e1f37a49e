using System.Buffers;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// Reads a segment from start to end after a crash: what is whole, where the torn tail begins, what is corrupt.
/// </summary>
internal static class SegmentScan
{
    /// <param name="Index">Of the whole chunks.</param>
    /// <param name="TornAt">Where a round begins to be incomplete that was never acknowledged; null when none
    /// is.</param>
    /// <param name="Damages">What was acknowledged and is damaged.</param>
    internal sealed record Result(SegmentIndex Index, long? TornAt, IReadOnlyList<LogDamage> Damages);

    /// <param name="path">The file's, for reports.</param>
    /// <param name="file">The segment.</param>
    /// <param name="firstOrdinal">The first that it may hold.</param>
    /// <param name="isLast">Whether its last round may have been torn; a segment that has a successor was on disk
    /// before that began.</param>
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
            // A round that starts later was only written after this one was on disk.
            if (isLast && FindRoundAfter(window, offset, length) is null)
                return new Result(index, offset, damages);
            var damage = Damage(path, window, offset, length, expected);
            damages.Add(damage);
            offset = damage.Offset + damage.Bytes;
        }
        return new Result(index, null, damages);
    }

    /// <summary>
    /// What a chunk that is not whole takes with it: itself when its header is, else all up to the next whole chunk.
    /// </summary>
    public static LogDamage Damage(string path, LogWindow window, long offset, long end, long expectedOrdinal)
    {
        if (LogChunk.TryReadHeader(window.Read(offset, LogChunk.HeaderBytes), out var damaged))
            return new LogDamage(path, offset, damaged.TotalBytes, damaged.FirstOrdinal, damaged.Count);
        // A record's data may hold what looks like a chunk; one of this place belongs to a round before it, and goes on
        // in order.
        for (var at = FindChunkAfter(window, offset, end); at is { } next; at = FindChunkAfter(window, next, end))
        {
            if (
                window.TryReadChunk(next, out var whole, out _)
                && whole.Round <= next
                && whole.FirstOrdinal >= expectedOrdinal
            )
                return new LogDamage(
                    path,
                    offset,
                    next - offset,
                    expectedOrdinal,
                    whole.FirstOrdinal - expectedOrdinal
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
                return null; // the file is shorter than it was
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

/// <summary>A pooled buffer that slides over a file.</summary>
internal sealed class LogWindow(ILogFile file, long end) : IDisposable
{
    private const int LeastRead = 128 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2 * LeastRead);
    private long _start;
    private int _length;

    /// <summary>The bytes from an offset on; fewer than <paramref name="count"/> only at the end.</summary>
    public ReadOnlySpan<byte> Read(long offset, int count)
    {
        count = (int)Math.Min(count, end - offset);
        if (offset < _start || offset + count > _start + _length)
            Load(offset, count);
        return _buffer.AsSpan((int)(offset - _start), Math.Min(count, _length - (int)(offset - _start)));
    }

    /// <summary>False when no whole, intact chunk stands at the offset.</summary>
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
            _buffer.AsSpan(0, (int)Math.Min(Math.Max(count, Math.Min(LeastRead, _buffer.Length)), end - offset)),
            offset
        );
    }
}
