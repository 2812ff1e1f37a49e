using System.Buffers.Binary;
using System.Security.Cryptography;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Keys;

/// <summary>
/// Encodes store keys: the numbers of table and index, four bytes of the partition key's hash, the partition key, the
/// sort key. Encoded keys sort as DynamoDB sorts the values, and no key is a prefix of another key.
/// </summary>
internal static class KeyEncoding
{
    public const int PrefixLength = 7;
    public const int HashLength = 4;

    private const int MaxStack = 512;
    private const int MaxHashedNumber = 24;
    private const byte TableMark = (byte)'T';
    private const byte Negative = 0x40;
    private const byte ZeroNumber = 0x80;
    private const byte Positive = 0xC0;

    /// <summary>Returns the prefix of a table and all its indexes.</summary>
    public static byte[] TablePrefix(uint table)
    {
        var prefix = new byte[5];
        prefix[0] = TableMark;
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(1), table);
        return prefix;
    }

    /// <summary>Returns the prefix of a table's items (index 0) or of an index.</summary>
    public static byte[] IndexPrefix(uint table, ushort index)
    {
        var prefix = new byte[PrefixLength];
        TablePrefix(table).CopyTo(prefix, 0);
        BinaryPrimitives.WriteUInt16BigEndian(prefix.AsSpan(5), index);
        return prefix;
    }

    /// <summary>Returns the first key after all keys that begin with the prefix.</summary>
    public static byte[] EndOf(ReadOnlySpan<byte> prefix)
    {
        var end = prefix.TrimEnd((byte)0xFF).ToArray();
        end[^1]++;
        return end;
    }

    /// <summary>Writes hash, partition key and sort key.</summary>
    public static void AppendKey(ValueBuffer buffer, AttributeValue hash, AttributeValue range)
    {
        AppendPartition(buffer, hash);
        if (!range.IsMissing)
            AppendSortable(buffer, range);
    }

    /// <summary>Writes hash and partition key.</summary>
    public static void AppendPartition(ValueBuffer buffer, AttributeValue hash)
    {
        AppendHash(buffer, hash, default);
        AppendSortable(buffer, hash);
    }

    /// <summary>Writes four bytes of the hash by which DynamoDB sorts partitions.</summary>
    /// <remarks>
    /// The hash determines the order of scans and the bounds of their segments. Dynalite found it by measurements.
    /// </remarks>
    public static void AppendHash(ValueBuffer buffer, AttributeValue hash, AttributeValue range)
    {
        var salt = "Outliers"u8;
        var length = salt.Length + HashedLength(hash) + HashedLength(range);
        var content = length <= MaxStack ? stackalloc byte[MaxStack] : new byte[length];
        salt.CopyTo(content);
        var end = salt.Length + WriteHashed(hash, content[salt.Length..]);
        end += WriteHashed(range, content[end..]);
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // The hash sorts partitions; it protects nothing.
        MD5.HashData(content[..end], digest);
#pragma warning restore CA5351
        buffer.Append(digest[..HashLength]);
    }

    /// <summary>Writes a value so that its bytes sort as DynamoDB sorts the values.</summary>
    public static void AppendSortable(ValueBuffer buffer, AttributeValue value)
    {
        if (value.Type is AttributeType.N)
        {
            AppendNumber(buffer, value.Content);
            return;
        }
        AppendSortablePrefix(buffer, value.Content);
        buffer.Append([0, 1]);
    }

    /// <summary>Writes a string or binary value without its end, as a prefix of longer values.</summary>
    public static void AppendSortablePrefix(ValueBuffer buffer, ReadOnlySpan<byte> content)
    {
        while (content.IndexOf((byte)0) is >= 0 and var zero)
        {
            buffer.Append(content[..zero]);
            buffer.Append([0, 0xFF]);
            content = content[(zero + 1)..];
        }
        buffer.Append(content);
    }

    // Sign, exponent, pairs of digits, end. Negative numbers have all bytes inverted.
    private static void AppendNumber(ValueBuffer buffer, ReadOnlySpan<byte> canonical)
    {
        Span<byte> digits = stackalloc byte[38];
        var count = NumberText.Digits(canonical, digits, out var exponent);
        if (count == 0)
        {
            buffer.Append([ZeroNumber]);
            return;
        }
        var invert = canonical[0] == '-' ? (byte)0xFF : (byte)0;
        Span<byte> encoded = stackalloc byte[3 + 19];
        encoded[0] = invert == 0 ? Positive : Negative;
        encoded[1] = (byte)((exponent + 130) ^ invert);
        var length = 2;
        for (var i = 0; i < count; i += 2)
        {
            var pair = digits[i] * 10 + (i + 1 < count ? digits[i + 1] : 0) + 1;
            encoded[length++] = (byte)(pair ^ invert);
        }
        encoded[length++] = invert;
        buffer.Append(encoded[..length]);
    }

    private static int HashedLength(AttributeValue value) =>
        value.IsMissing ? 0 : Math.Max(value.Content.Length, MaxHashedNumber);

    private static int WriteHashed(AttributeValue value, Span<byte> to)
    {
        if (value.IsMissing)
            return 0;
        if (value.Type is AttributeType.N)
            return WriteHashedNumber(value.Content, to);
        value.Content.CopyTo(to);
        return value.Content.Length;
    }

    // The internal format of numbers in DynamoDB, which dynalite found by comparing the order of scans.
    private static int WriteHashedNumber(ReadOnlySpan<byte> canonical, Span<byte> encoded)
    {
        Span<byte> digits = stackalloc byte[38];
        var count = NumberText.Digits(canonical, digits, out var first);
        if (count == 0)
        {
            encoded[0] = 0x80;
            return 1;
        }
        var negative = canonical[0] == '-';
        var exponent = first + 1;
        var odd = exponent % 2 != 0 ? 1 : 0;
        var bytes = (count + odd + 1) / 2;
        encoded[..(bytes + 1)].Clear();
        var scale = (int)Math.Floor((exponent + odd) / 2.0) - 64;
        encoded[0] = (byte)(negative ? ~scale : scale);
        for (var i = 0; i < count; i++)
            encoded[(i + odd) / 2 + 1] += (byte)((i + odd) % 2 == 0 ? digits[i] * 10 : digits[i]);
        for (var i = 1; i <= bytes; i++)
            encoded[i] = (byte)(negative ? 101 - encoded[i] : encoded[i] + 1);
        var length = bytes + 1;
        if (negative && bytes < 20)
            encoded[length++] = 102;
        return length;
    }
}
