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

    /// <summary>Maximum size of a record: 1,000 KiB. A header with a larger length is invalid.</summary>
    public const int MaxDataBytes = 1024 * 1000;

    private const long MaxArrival = 4_102_444_800_000; // The year 2100.

    /// <summary>Writes the header in front of the data, which is already in the buffer.</summary>
    public static void Seal(Span<byte> entry, DateTimeOffset arrival)
    {
        BinaryPrimitives.WriteInt32LittleEndian(entry, entry.Length - HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(entry[8..], arrival.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], Checksum(entry));
    }

    /// <summary>Returns the length of the whole entry; 0 if the header is invalid.</summary>
    public static int GetLength(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes)
            return 0;
        var data = BinaryPrimitives.ReadInt32LittleEndian(header);
        return data is >= 0 and <= MaxDataBytes ? HeaderBytes + data : 0;
    }

    /// <summary>Returns true if the bytes may be a header. A quick check for a search byte by byte.</summary>
    public static bool MayBeHeader(ReadOnlySpan<byte> header) =>
        GetLength(header) > 0 && BinaryPrimitives.ReadInt64LittleEndian(header[8..]) is >= 0 and < MaxArrival;

    public static bool IsIntact(ReadOnlySpan<byte> entry) =>
        BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]) == Checksum(entry);

    public static DateTimeOffset GetArrival(ReadOnlySpan<byte> header) =>
        DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64LittleEndian(header[8..]));

    private static uint Checksum(ReadOnlySpan<byte> entry)
    {
        var crc = new Crc32();
        crc.Append(entry[..4]);
        crc.Append(entry[8..]);
        return crc.GetCurrentHashAsUInt32();
    }
}
