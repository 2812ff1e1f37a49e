using System.Buffers;

namespace LocalCloud.Delivery.Log;

/// <summary>Reads entries in order, checking each; its memory is one buffer.</summary>
internal sealed class LogReader(DeliveryLog log, long offset) : IDisposable
{
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(LogEntry.HeaderBytes + LogEntry.LargestData);
    private int _start;
    private int _end;
    private int _entry;

    /// <summary>Log offset after the entry that was read last.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>The entry's record; good until the next read.</summary>
    public ReadOnlyMemory<byte> Data => _buffer.AsMemory(_start + LogEntry.HeaderBytes, _entry - LogEntry.HeaderBytes);

    public DateTimeOffset Arrival => LogEntry.ArrivalOf(_buffer.AsSpan(_start));

    /// <summary>Goes to the next entry that is what was written: over damage, which the log tells of.</summary>
    /// <returns>False at the log's end.</returns>
    public bool Read()
    {
        _start += _entry;
        _entry = 0;
        while (true)
        {
            if (!Fill(1))
                return false;
            var length = Fill(LogEntry.HeaderBytes)
                ? LogEntry.LengthOf(_buffer.AsSpan(_start, LogEntry.HeaderBytes))
                : 0;
            if (length > 0 && Fill(length) && LogEntry.IsIntact(_buffer.AsSpan(_start, length)))
            {
                _entry = length;
                Offset += length;
                return true;
            }
            Offset = log.AfterDamage(Offset);
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
