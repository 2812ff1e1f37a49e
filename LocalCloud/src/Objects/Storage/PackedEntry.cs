using System.Buffers.Binary;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// An <see cref="ObjectEntry"/> as bytes, in the journal and in memory: key first, so that a search reads nothing else.
/// </summary>
internal static class PackedEntry
{
    /// <summary>Bytes of the longest.</summary>
    public const int Longest = 1100; // S3's longest key, and 70 for the rest

    // in place of a count of parts, of which there are 10,000 at most: the place in the pack comes last
    private const int InPack = 16_383;

    /// <returns>How many bytes it is.</returns>
    public static int Write(ObjectEntry entry, Span<byte> to)
    {
        var at = WriteNumber(to, (ulong)entry.Key.Length);
        entry.Key.CopyTo(to[at..]);
        at += entry.Key.Length;
        at += WriteNumber(to[at..], (ulong)entry.FileId);
        at += WriteNumber(to[at..], (ulong)entry.Size);
        at += WriteNumber(to[at..], entry.IsPacked ? InPack : (ulong)entry.PartCount);
        BinaryPrimitives.WriteInt64LittleEndian(to[at..], entry.LastModified.UtcTicks);
        BinaryPrimitives.WriteUInt128LittleEndian(to[(at + 8)..], entry.Md5);
        at += 24;
        if (!entry.IsPacked)
            return at;
        at += WriteNumber(to[at..], (ulong)entry.Offset);
        return at + WriteNumber(to[at..], (ulong)entry.PackedBytes);
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
        var place = packed[24..];
        return new ObjectEntry
        {
            Key = key,
            FileId = fileId,
            Size = size,
            PartCount = parts == InPack ? 0 : parts,
            LastModified = new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(packed), TimeSpan.Zero),
            Md5 = BinaryPrimitives.ReadUInt128LittleEndian(packed[8..]),
            Offset = parts == InPack ? (long)ReadNumber(ref place) : 0,
            PackedBytes = parts == InPack ? (int)ReadNumber(ref place) : 0,
        };
    }

    private static int WriteNumber(Span<byte> to, ulong number)
    {
        var at = 0;
        for (; number >= 0x80; number >>= 7)
            to[at++] = (byte)(number | 0x80);
        to[at++] = (byte)number;
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
