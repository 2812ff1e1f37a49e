using System.Buffers;
using System.Globalization;
using System.Numerics;
using Pos.Contracts;

namespace Pos.Storage.LookupTable;

/// <summary>
/// Converts positions to the compact form of lines in the lookup table: 40 instead of 71 characters, in the same text
/// order. It keeps the largest purchase (2,000 lines, 256 KiB) below DynamoDB's 400 KB per item.
/// </summary>
public static class LinePosition
{
    // 64 characters in ASCII order, so that text order is the order of the bytes.
    private const string Alphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);
    private const int SequenceNumberBytes = 27; // 10^64 < 256^27
    private const int OrdinalBytes = 3;

    /// <summary>Returns the compact form of a position.</summary>
    /// <param name="position">A text from <see cref="Contracts.Position.Create"/>.</param>
    public static string From(string position)
    {
        var separator = position.IndexOf('-', StringComparison.Ordinal);
        Span<byte> bytes = stackalloc byte[SequenceNumberBytes + OrdinalBytes];
        Write(
            BigInteger.Parse(position.AsSpan(0, separator), NumberStyles.None, CultureInfo.InvariantCulture),
            bytes[..SequenceNumberBytes]
        );
        Write(
            BigInteger.Parse(position.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture),
            bytes[SequenceNumberBytes..]
        );

        Span<char> text = stackalloc char[bytes.Length / 3 * 4];
        for (int i = 0, at = 0; i < bytes.Length; i += 3)
        {
            var bits = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
            for (var shift = 18; shift >= 0; shift -= 6)
                text[at++] = Alphabet[bits >> shift & 63];
        }
        return new(text);
    }

    /// <summary>Reverses <see cref="From"/>. Returns null for any other text.</summary>
    public static string? Parse(string text)
    {
        if (text.Length != (SequenceNumberBytes + OrdinalBytes) / 3 * 4 || text.AsSpan().ContainsAnyExcept(s_alphabet))
            return null;
        Span<byte> bytes = stackalloc byte[SequenceNumberBytes + OrdinalBytes];
        for (int i = 0, at = 0; i < bytes.Length; i += 3)
        {
            var bits = 0;
            for (var character = 0; character < 4; character++)
                bits = bits << 6 | Alphabet.IndexOf(text[at++], StringComparison.Ordinal);
            (bytes[i], bytes[i + 1], bytes[i + 2]) = ((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
        }
        var sequenceNumber = new BigInteger(bytes[..SequenceNumberBytes], isUnsigned: true, isBigEndian: true).ToString(
            CultureInfo.InvariantCulture
        );
        var ordinal = (int)new BigInteger(bytes[SequenceNumberBytes..], isUnsigned: true, isBigEndian: true);
        return
            sequenceNumber.Length <= Contracts.Position.SequenceNumberDigits && ordinal < Contracts.Position.MaxOrdinals
            ? Contracts.Position.Create(sequenceNumber, ordinal)
            : null;
    }

    private static void Write(BigInteger value, Span<byte> bigEndian)
    {
        bigEndian.Clear();
        value.TryWriteBytes(
            bigEndian[^value.GetByteCount(isUnsigned: true)..],
            out _,
            isUnsigned: true,
            isBigEndian: true
        );
    }
}
