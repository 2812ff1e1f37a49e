using System.Globalization;

namespace Pos.Contracts;

/// <summary>
/// Creates positions of purchases in the stream: the record's sequence number and the purchase's ordinal within the
/// record. Text order is stream order; of two versions of a purchase, the one with the greater position is newer.
/// </summary>
public static class Position
{
    /// <summary>
    /// Digits of a zero-padded sequence number. Kinesis allows 129 (pattern <c>0|([1-9]\d{0,128})</c>) and uses 56.
    /// </summary>
    public const int SequenceNumberDigits = 64;

    /// <summary>Maximum number of ordinals in a record.</summary>
    public const int MaxOrdinals = 1_000_000;

    private const int OrdinalDigits = 6;

    /// <summary>
    /// Returns a text of fixed length: zero-padded sequence number, <c>-</c>, zero-padded ordinal.
    /// </summary>
    /// <param name="sequenceNumber">Decimal digits, at most 64.</param>
    /// <param name="ordinal">The purchase's index in the record, from 0 to 999,999.</param>
    /// <exception cref="ArgumentException">The sequence number is not a decimal of at most 64 digits.</exception>
    public static string Create(string sequenceNumber, int ordinal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ordinal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ordinal, MaxOrdinals);
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

    /// <summary>True if the text has the format of <see cref="Create"/>.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length == SequenceNumberDigits + 1 + OrdinalDigits
        && text[SequenceNumberDigits] == '-'
        && !text[..SequenceNumberDigits].ContainsAnyExceptInRange('0', '9')
        && !text[(SequenceNumberDigits + 1)..].ContainsAnyExceptInRange('0', '9');
}
