using System.Globalization;

namespace Pos.Contracts;

/// <summary>
/// Where in the stream a purchase stands: the record's sequence number and the purchase's ordinal within the record.
/// Text order is stream order; the greater position is the newer post of a purchase.
/// </summary>
public static class Position
{
    /// <summary>
    /// Kinesis: a sequence number is a decimal of at most 129 digits by the pattern <c>0|([1-9]\d{0,128})</c>; those in
    /// use have 56.
    /// </summary>
    public const int SequenceNumberDigits = 64;

    /// <summary>How many ordinals a record has.</summary>
    public const int MostOrdinals = 1_000_000;

    private const int OrdinalDigits = 6;

    /// <summary>
    /// The position's text, of fixed length: zero-padded sequence number, <c>-</c>, zero-padded ordinal.
    /// </summary>
    /// <param name="sequenceNumber">Decimal digits, at most 64.</param>
    /// <param name="ordinal">The purchase's place in the record, from 0, below 1,000,000.</param>
    /// <exception cref="ArgumentException">The sequence number is not a decimal of at most 64 digits.</exception>
    public static string Of(string sequenceNumber, int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, MostOrdinals);
        if (
            sequenceNumber.Length is 0 or > SequenceNumberDigits
            || sequenceNumber.AsSpan().ContainsAnyExceptInRange('0', '9')
        )
            throw new ArgumentException(
                $"'{sequenceNumber}' is not a sequence number of at most {SequenceNumberDigits} digits.",
                nameof(sequenceNumber)
            );

        return string.Create(
            SequenceNumberDigits + 1 + OrdinalDigits,
            (sequenceNumber, ordinal),
            static (text, position) =>
            {
                var padding = SequenceNumberDigits - position.sequenceNumber.Length;
                text[..padding].Fill('0');
                position.sequenceNumber.CopyTo(text[padding..]);
                text[SequenceNumberDigits] = '-';
                position.ordinal.TryFormat(
                    text[(SequenceNumberDigits + 1)..],
                    out _,
                    "D6",
                    CultureInfo.InvariantCulture
                );
            }
        );
    }

    /// <summary>Whether the text is one that <see cref="Of"/> makes.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length == SequenceNumberDigits + 1 + OrdinalDigits
        && text[SequenceNumberDigits] == '-'
        && !text[..SequenceNumberDigits].ContainsAnyExceptInRange('0', '9')
        && !text[(SequenceNumberDigits + 1)..].ContainsAnyExceptInRange('0', '9');
}
