using System.Buffers;

namespace LocalCloud.PostgresCopy;

/// <summary>Lines of a stream, at most <see cref="LargestLine"/> bytes each.</summary>
internal sealed class LineReader(Stream stream) : IDisposable
{
    /// <summary>COPY's limit of a JSON object (Redshift, COPY from JSON format: 4 MB).</summary>
    public const int LargestLine = 4 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(256 * 1024);
    private int _start;
    private int _end;
    private int _searched;
    private bool _ended;
    private bool _skipping;

    /// <summary>Number of the line that <see cref="TryTake"/> gave last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line among the bytes read so far, without its end.</summary>
    /// <param name="line">Good until the next call of <see cref="FillAsync"/>; of a line too long, its begin.</param>
    /// <param name="tooLong">Whether the line is longer than <see cref="LargestLine"/>.</param>
    public bool TryTake(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        while (true)
        {
            line = default;
            tooLong = false;
            var length = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (length < 0 && (!_ended || _start == _end))
            {
                _searched = _end;
                if (_end - _start <= LargestLine)
                    return false;
                var isBegin = !_skipping;
                line = _buffer.AsSpan(_start, LargestLine);
                (_start, _searched, _skipping, tooLong) = (_end, _end, true, true);
                if (!isBegin)
                    return false;
                Number++;
                return true;
            }
            var lineEnd = length < 0 ? _end : _searched + length;
            line = _buffer.AsSpan(_start, lineEnd - _start);
            _start = _searched = length < 0 ? _end : lineEnd + 1;
            if (_skipping)
            {
                _skipping = false; // the rest of a line too long
                continue;
            }
            Number++;
            return true;
        }
    }

    /// <returns>False when there is nothing more.</returns>
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
        return true; // also at the end: the last line may lack its end
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
