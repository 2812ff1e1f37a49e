using System.Buffers;

namespace LocalCloud.PostgresCopy;

/// <summary>Reads lines of at most <see cref="MaxLineBytes"/> bytes from a stream.</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>COPY's limit for a JSON object (Redshift, COPY from JSON format: 4 MB).</summary>
    public const int MaxLineBytes = 4 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int _start;
    private int _end;
    private int _searched;
    private bool _ended;
    private bool _skipping;

    /// <summary>Number of the current line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Reads the next line in the buffer without its line end. Returns false if there is none.</summary>
    /// <param name="line">The line, valid until the next call of <see cref="FillAsync"/>. If it is too long, its
    /// start.</param>
    /// <param name="tooLong">True if the line is longer than <see cref="MaxLineBytes"/>.</param>
    public bool TryRead(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        while (true)
        {
            line = default;
            tooLong = false;
            var length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (length < 0 && (!_ended || _start == _end))
            {
                _searched = _end;
                if (_end - _start <= MaxLineBytes)
                    return false;
                var isStart = !_skipping;
                line = _buffer.AsSpan(_start, MaxLineBytes);
                (_start, _searched, _skipping, tooLong) = (_end, _end, true, true);
                if (!isStart)
                    return false;
                Number++;
                return true;
            }
            var lineEnd = length < 0 ? _end : _searched + length;
            line = _buffer.AsSpan(_start, lineEnd - _start);
            _start = _searched = length < 0 ? _end : lineEnd + 1;
            if (_skipping)
            {
                _skipping = false; // This is the rest of a line that is too long.
                continue;
            }
            Number++;
            return true;
        }
    }

    /// <summary>Reads more bytes into the buffer. Returns false at the end of the stream.</summary>
    public async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_ended)
            return false;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_searched, _end, _start) = (_searched - _start, _end - _start, 0);
        if (_end == _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.CopyTo(larger, 0);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += read;
        _ended = read == 0;
        return true; // Also at the end, because the last line may have no line end.
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
