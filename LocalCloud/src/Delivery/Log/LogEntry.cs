using System.Buffers.Binary;
using System.IO.Hashing;

namespace LocalCloud.Delivery.Log;

/// <summary>
/// A record in the delivery log, little-endian:
/// <code>
/// 0  data bytes (u32)    4  CRC-32 of bytes 0–3 and 8–end (u32)    8  arrival, Unix ms (i64)    16 data
/// </code>
/// </summary>
internal static class LogEntry
{
    public const int HeaderBytes = 16;

    /// <summary>A record is at most 1,000 KiB; a larger length is no header of ours.</summary>
    public const int LargestData = 1024 * 1000;

    private const long LatestArrival = 4_102_444_800_000; // the year 2100

    /// <summary>Writes the header before the data that already stands behind it.</summary>
    public static void Seal(Span<byte> entry, DateTimeOffset arrival)
    {
        BinaryPrimitives.WriteInt32LittleEndian(entry, entry.Length - HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], arrival.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], Checksum(entry));
    }

    /// <returns>The whole entry's length; 0 when the bytes do not hold a header of ours.</returns>
    public static int LengthOf(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes)
            return 0;
        var data = BinaryPrimitives.ReadInt32LittleEndian(header);
        return data is >= 0 and <= LargestData ? HeaderBytes + data : 0;
    }

    /// <summary>Whether the bytes could be a header of ours: a quick look, where a search goes byte by byte.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> header) =>
        LengthOf(header) > 0 && BinaryPrimitives.ReadInt64LittleEndian(header[8..]) is >= 0 and < LatestArrival;

    public static bool IsIntact(ReadOnlySpan<byte> entry) =>
        BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) == Checksum(entry);

    public static DateTimeOffset ArrivalOf(ReadOnlySpan<byte> header) =>
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(header[8..]));

    private static uint Checksum(ReadOnlySpan<byte> entry)
    {
        var crc = new Crc32();
        crc.Append(entry[..4]);
        crc.Append(entry[8..]);
        return crc.GetCurrentHashAsUInt32();
    }
}
