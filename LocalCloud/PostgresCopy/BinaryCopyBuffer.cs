using System.Buffers;
using System.Buffers.Binary;

namespace LocalCloud.PostgresCopy;

/// <summary>
/// Rows in Postgres's binary COPY format (documentation of COPY, "Binary Format"): a signature, per row its field count
/// and per field a length and the value, big-endian; −1 for null and for the end.
/// </summary>
internal sealed class BinaryCopyBuffer : IDisposable
{
    // Postgres counts times from 2000-01-01 in microseconds, dates in days.
    private static readonly DateTime s_epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(256 * 1024);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Takes back what was written after a length that was read before.</summary>
    public void CutAt(int length) => Length = length;

    public void Begin()
    {
        // Signature, flags, length of the header's extension.
        ReadOnlySpan<byte> header = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header.CopyTo(Take(header.Length));
    }

    public void Row(int fields) => BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)fields);

    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void Boolean(bool value)
    {
        var field = Field(1);
        field[0] = value ? (byte)1 : (byte)0;
    }

    public void Int16(short value) => BinaryPrimitives.WriteInt16BigEndian(Field(2), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Field(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Field(8), value);

    public void Text(ReadOnlySpan<byte> utf8) => utf8.CopyTo(Field(utf8.Length));

    public void Timestamp(DateTime value) => Int64((value.Ticks - s_epoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    public void Date(DateOnly value) => Int32(value.DayNumber - DateOnly.FromDateTime(s_epoch).DayNumber);

    /// <summary>
    /// A numeric: digits to base 10,000 with the weight of the first, exactly the decimal's value and scale.
    /// </summary>
    public void Numeric(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var scale = (parts[3] >> 16) & 0xFF;
        var magnitude = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);

        // Groups of four digits are counted from the decimal point, so the fraction is filled up to whole groups.
        var fill = (4 - (scale % 4)) % 4;
        for (var i = 0; i < fill; i++)
            magnitude *= 10;
        Span<short> groups = stackalloc short[10];
        var count = 0;
        var trailing = true;
        var weight = -((scale + fill) / 4) - 1;
        while (magnitude != 0)
        {
            (magnitude, var group) = UInt128.DivRem(magnitude, 10_000);
            weight++;
            trailing &= group == 0;
            if (!trailing)
                groups[count++] = (short)group;
        }
        var field = Field(8 + (2 * count));
        BinaryPrimitives.WriteInt16BigEndian(field, (short)count);
        BinaryPrimitives.WriteInt16BigEndian(field[2..], (short)(count == 0 ? 0 : weight));
        BinaryPrimitives.WriteInt16BigEndian(field[4..], (short)(count > 0 && value < 0 ? 0x4000 : 0));
        BinaryPrimitives.WriteInt16BigEndian(field[6..], (short)scale);
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteInt16BigEndian(field[(8 + (2 * i))..], groups[count - 1 - i]);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private Span<byte> Field(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
        return Take(length);
    }

    private Span<byte> Take(int count)
    {
        if (_bytes.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, Length + count));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        var span = _bytes.AsSpan(Length, count);
        Length += count;
        return span;
    }
}
