using System.Buffers;
using System.Buffers.Binary;

namespace LocalCloud.PostgresCopy;

/// <summary>
/// Writes rows in Postgres's binary COPY format (documentation of COPY, "Binary Format"): a signature, then for each
/// row its field count and for each field its length and value. Numbers are big-endian. The length −1 means null, the
/// field count −1 the end.
/// </summary>
internal sealed class BinaryCopyBuffer : IDisposable
{
    // Postgres stores times as microseconds and dates as days since 2000-01-01.
    private static readonly DateTime s_epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(256 * 1024);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Removes everything after an earlier <see cref="Length"/>.</summary>
    public void Truncate(int length) => Length = length;

    public void WriteHeader()
    {
        // Signature, flags and length of the header's extension.
        ReadOnlySpan<byte> header = [.. "PGCOPY\n"u8, 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header.CopyTo(GetSpan(header.Length));
    }

    public void StartRow(int fields) => BinaryPrimitives.WriteInt16BigEndian(GetSpan(2), (short)fields);

    public void WriteTrailer() => BinaryPrimitives.WriteInt16BigEndian(GetSpan(2), -1);

    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(GetSpan(4), -1);

    public void WriteBoolean(bool value)
    {
        var field = StartField(1);
        field[0] = value ? (byte)1 : (byte)0;
    }

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(StartField(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(StartField(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(StartField(8), value);

    public void WriteText(ReadOnlySpan<byte> utf8) => utf8.CopyTo(StartField(utf8.Length));

    public void WriteTimestamp(DateTime value) =>
        WriteInt64((value.Ticks - s_epoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    public void WriteDate(DateOnly value) => WriteInt32(value.DayNumber - DateOnly.FromDateTime(s_epoch).DayNumber);

    /// <summary>
    /// Writes a numeric with exactly the decimal's value and scale: digits in base 10,000 with the first one's weight.
    /// </summary>
    public void WriteNumeric(decimal value)
    {
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(value, parts);
        var scale = (parts[3] >> 16) & 0xFF;
        var magnitude = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);

        // Groups of four digits start at the decimal point, so pad the fraction to whole groups.
        var padding = (4 - (scale % 4)) % 4;
        for (var i = 0; i < padding; i++)
            magnitude *= 10;
        Span<short> groups = stackalloc short[10];
        var count = 0;
        var trailing = true;
        var weight = -((scale + padding) / 4) - 1;
        while (magnitude != 0)
        {
            (magnitude, var group) = UInt128.DivRem(magnitude, 10_000);
            weight++;
            trailing &= group == 0;
            if (!trailing)
                groups[count++] = (short)group;
        }
        var field = StartField(8 + (2 * count));
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

    private Span<byte> StartField(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(GetSpan(4), length);
        return GetSpan(length);
    }

    private Span<byte> GetSpan(int count)
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
