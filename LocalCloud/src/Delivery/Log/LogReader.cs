using System.Buffers;

namespace LocalCloud.Delivery.Log;

/// <summary>Reads and checks entries in order, through one buffer.</summary>
internal sealed class LogReader(DeliveryLog log, long offset) : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(LogEntry.HeaderBytes + LogEntry.MaxDataBytes);
    private int _start;
    private int _end;
    private int _entry;

    /// <summary>Log offset after the current entry.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>The current entry's record, valid until the next read.</summary>
    public ReadOnlyMemory<byte> Data => _buffer.AsMemory(_start + LogEntry.HeaderBytes, _entry - LogEntry.HeaderBytes);

    public DateTimeOffset Arrival => LogEntry.GetArrival(_buffer.AsSpan(_start));

    /// <summary>
    /// Moves to the next intact entry. Skips damage, which the log reports. Returns false at the log's end.
    /// </summary>
    public bool Read()
    {
        _start += _entry;
        _entry = 0;
        while (true)
        {
            if (!Fill(1))
                return false;
            var length = Fill(LogEntry.HeaderBytes)
                ? LogEntry.GetLength(_buffer.AsSpan(_start, LogEntry.HeaderBytes))
                : 0;
            if (length > 0 && Fill(length) && LogEntry.IsIntact(_buffer.AsSpan(_start, length)))
            {
                _entry = length;
                Offset += length;
                return true;
            }
            Offset = log.SkipDamage(Offset);
            (_start, _end) = (0, 0);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private bool Fill(int bytes)
    {
        if (_end - _start >= bytes)
            return true;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < bytes)
        {
            var read = log.Read(_buffer.AsSpan(_end), Offset + _end);
            if (read == 0)
                return false;
            _end += read;
        }
        return true;
    }
}
