using System.Buffers.Binary;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Encodes an <see cref="ObjectEntry"/> as bytes for the journal and for memory. The key comes first, so a search reads
/// nothing else.
/// </summary>
internal static class PackedEntry
{
    /// <summary>Maximum size of an encoded entry.</summary>
    public const int MaxBytes = 1100; // S3's longest key and 70 bytes for the rest.

    // Replaces the number of parts, which is at most 10,000, for a packed object. Its location then follows at the end.
    private const int PackedMarker = 16_383;

    /// <summary>Encodes the entry and returns its size.</summary>
    public static int Write(ObjectEntry entry, Span<byte> output)
    {
        var at = WriteNumber(output, (ulong)entry.Key.Length);
        entry.Key.CopyTo(output[at..]);
        at += entry.Key.Length;
        at += WriteNumber(output[at..], (ulong)entry.FileId);
        at += WriteNumber(output[at..], (ulong)entry.Size);
        at += WriteNumber(output[at..], entry.IsPacked ? PackedMarker : (ulong)entry.PartCount);
        BinaryPrimitives.WriteInt64LittleEndian(output[at..], entry.LastModified.UtcTicks);
        BinaryPrimitives.WriteUInt128LittleEndian(output[(at + 8)..], entry.Md5);
        at += 24;
        if (!entry.IsPacked)
            return at;
        at += WriteNumber(output[at..], (ulong)entry.Offset);
        return at + WriteNumber(output[at..], (ulong)entry.PackedBytes);
    }

    public static ReadOnlySpan<byte> Key(ReadOnlySpan<byte> packed)
    {
        var length = (int)ReadNumber(ref packed);
        return packed[..length];
    }

    public static ObjectEntry Read(ReadOnlySpan<byte> packed)
    {
        var length = (int)ReadNumber(ref packed);
        var key = packed[..length].ToArray();
        packed = packed[length..];
        var (fileId, size, parts) = (
            (long)ReadNumber(ref packed),
            (long)ReadNumber(ref packed),
            (int)ReadNumber(ref packed)
        );
        var location = packed[24..];
        return new ObjectEntry
        {
            Key = key,
            FileId = fileId,
            Size = size,
            PartCount = parts == PackedMarker ? 0 : parts,
            LastModified = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(packed), TimeSpan.Zero),
            Md5 = BinaryPrimitives.ReadUInt128LittleEndian(packed[8..]),
            Offset = parts == PackedMarker ? (long)ReadNumber(ref location) : 0,
            PackedBytes = parts == PackedMarker ? (int)ReadNumber(ref location) : 0,
        };
    }

    private static int WriteNumber(Span<byte> output, ulong number)
    {
        var at = 0;
        for (; number >= 0x80; number >>= 7)
            output[at++] = (byte)(number | 0x80);
        output[at++] = (byte)number;
        return at;
    }

    private static ulong ReadNumber(ref ReadOnlySpan<byte> from)
    {
        var (number, at) = (0UL, 0);
        while (true)
        {
            var one = from[at];
            number |= (ulong)(one & 0x7F) << (7 * at++);
            if (one < 0x80)
                break;
        }
        from = from[at..];
        return number;
    }
}
