using System.Buffers.Binary;
using System.Text;

namespace LocalCloud.Tables.Values;

/// <summary>
/// A value in its stored format: a byte for the type, a length, then the content. The length has one to five bytes for
/// strings, numbers (as canonical text), binary values and booleans. It has four bytes for sets, lists and maps, which
/// readers can skip.
/// </summary>
internal readonly struct AttributeValue(ReadOnlyMemory<byte> encoded)
{
    public static readonly AttributeValue Zero = new(new byte[] { (byte)AttributeType.N, 1, (byte)'0' });

    public ReadOnlyMemory<byte> Encoded { get; } = encoded;

    /// <summary>True for a missing attribute, which has no encoding.</summary>
    public bool IsMissing => Encoded.IsEmpty;

    public AttributeType Type => (AttributeType)Encoded.Span[0];

    /// <summary>The content without type and length.</summary>
    public ReadOnlySpan<byte> Content => ValueEncoding.Content(Encoded.Span);

    public ReadOnlyMemory<byte> ContentMemory => Encoded[^ValueEncoding.Content(Encoded.Span).Length..];

    public bool Is(AttributeType type) => !IsMissing && Type == type;

    /// <summary>Returns the content of a string or number as text.</summary>
    public string Text => Encoding.UTF8.GetString(Content);

    public static AttributeValue FromNumber(ReadOnlySpan<byte> canonical) =>
        ValueEncoding.Scalar(AttributeType.N, canonical);

    public static AttributeValue FromNumber(long number)
    {
        Span<byte> text = stackalloc byte[20];
        number.TryFormat(text, out var length, default, System.Globalization.CultureInfo.InvariantCulture);
        return FromNumber(text[..length]);
    }

    public static AttributeValue FromString(string text) =>
        ValueEncoding.Scalar(AttributeType.S, Encoding.UTF8.GetBytes(text));

    /// <summary>Returns the value in the format of AWS's messages: <c>{S:text}</c>.</summary>
    public string Describe() => $"{{{Type.Name()}:{DescribeContent()}}}";

    private string DescribeContent() =>
        Type switch
        {
            AttributeType.S or AttributeType.N => Text,
            AttributeType.B => Convert.ToBase64String(Content),
            AttributeType.BOOL => Content[0] == 1 ? "true" : "false",
            AttributeType.NULL => "true",
            _ => "...",
        };
}

/// <summary>Reads and writes the lengths in stored values.</summary>
internal static class ValueEncoding
{
    public const int ContainerHeader = 5;

    public static bool IsContainer(byte type) => type >= (byte)AttributeType.SS;

    /// <summary>Returns the length of the first value, including type and length.</summary>
    public static int Length(ReadOnlySpan<byte> value)
    {
        if (IsContainer(value[0]))
            return ContainerHeader + (int)BinaryPrimitives.ReadUInt32LittleEndian(value[1..]);
        var length = ReadLength(value[1..], out var lengthBytes);
        return 1 + lengthBytes + length;
    }

    public static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> value)
    {
        if (IsContainer(value[0]))
            return value.Slice(ContainerHeader, (int)BinaryPrimitives.ReadUInt32LittleEndian(value[1..]));
        var length = ReadLength(value[1..], out var lengthBytes);
        return value.Slice(1 + lengthBytes, length);
    }

    /// <summary>Reads a length in groups of seven bits, the lowest first.</summary>
    public static int ReadLength(ReadOnlySpan<byte> from, out int lengthBytes)
    {
        int length = from[0];
        lengthBytes = 1;
        if (length < 0x80)
            return length;
        length &= 0x7F;
        for (var shift = 7; ; shift += 7)
        {
            var next = from[lengthBytes++];
            length |= (next & 0x7F) << shift;
            if (next < 0x80)
                return length;
        }
    }

    public static int WriteLength(Span<byte> to, int length)
    {
        var count = 0;
        for (; length >= 0x80; length >>= 7)
            to[count++] = (byte)(length | 0x80);
        to[count++] = (byte)length;
        return count;
    }

    public static AttributeValue Scalar(AttributeType type, ReadOnlySpan<byte> content)
    {
        Span<byte> length = stackalloc byte[5];
        var lengthBytes = WriteLength(length, content.Length);
        var encoded = new byte[1 + lengthBytes + content.Length];
        encoded[0] = (byte)type;
        length[..lengthBytes].CopyTo(encoded.AsSpan(1));
        content.CopyTo(encoded.AsSpan(1 + lengthBytes));
        return new(encoded);
    }
}
