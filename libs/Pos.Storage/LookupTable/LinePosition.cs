using System.Buffers;
using System.Globalization;
using System.Numerics;
using Pos.Contracts;

namespace Pos.Storage.LookupTable;

/// <summary>
/// A position as a line in the lookup table carries it: 40 characters for 71, in the same text order. With it the
/// longest purchase of the contract (2,000 lines, 256 KiB) stays below DynamoDB's 400 KB an item.
/// </summary>
public static class LinePosition
{
    // 64 characters in ASCII order, so that text order is the order of the bytes.
    private const string Alphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> s_alphabet = SearchValues.Create(Alphabet);
    private const int SequenceNumberBytes = 27; // 10^64 < 256^27
    private const int OrdinalBytes = 3;

    /// <summary>The compact text of a position.</summary>
    /// <param name="position">As <see cref="Contracts.Position.Create"/> makes it.</param>
    public static string Of(string position)
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

    /// <summary>The position that <see cref="Of"/> has made the text of; null for any other text.</summary>
    /// <param name="text">Of a line in the lookup table.</param>
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
            sequenceNumber.Length <= Contracts.Position.SequenceNumberDigits
            && ordinal < Contracts.Position.MaxOrdinals
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
