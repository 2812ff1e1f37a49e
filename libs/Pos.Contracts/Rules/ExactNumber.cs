namespace Pos.Contracts.Rules;

/// <summary>
/// A decimal number as it was written, judged by its exact value: <c>2.50</c>, <c>25e-1</c> and <c>2.5</c> are one
/// number. <see cref="System.Text.Json.Utf8JsonReader.GetDecimal"/> would round what has more digits than a decimal
/// holds.
/// </summary>
internal readonly struct ExactNumber
{
    // More significant digits than any field's bound, and few enough for a long.
    private const int MostDigits = 18;

    // More than the characters of any text read, so that a capped exponent can not meet as many digits.
    private const int MostExponent = 1_000_000;

    private readonly long _significand;
    private readonly int _exponent;

    private ExactNumber(long significand, int exponent, int digits)
    {
        _significand = significand;
        _exponent = exponent;
        IntegerDigits = digits == 0 ? 0 : Math.Max(0, digits + exponent);
    }

    /// <summary>Decimal places of the exact value, trailing zeros not counted.</summary>
    public int Places => Math.Max(0, -_exponent);

    /// <summary>Digits before the decimal point.</summary>
    public int IntegerDigits { get; }

    /// <summary>The value; only where <see cref="Places"/> plus <see cref="IntegerDigits"/> is at most 18.</summary>
    public decimal ToDecimal()
    {
        var negative = _significand < 0;
        var magnitude = Math.Abs(_significand);
        for (var i = _exponent; i > 0; i--)
            magnitude *= 10;
        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, negative, (byte)Places);
    }

    /// <summary>
    /// Takes JSON's number grammar, and leading zeros, a leading <c>.</c> or a trailing one, as CSV files have them.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ExactNumber number)
    {
        number = default;
        var negative = text is ['-', ..];
        if (negative)
            text = text[1..];

        long significand = 0;
        int digits = 0,
            zeros = 0,
            places = 0,
            at = 0;
        bool fraction = false,
            any = false;
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '.' && !fraction)
            {
                fraction = true;
                continue;
            }
            if (!char.IsAsciiDigit(c))
                break;

            any = true;
            if (fraction)
                places++;
            if (c == '0')
            {
                if (digits > 0)
                    zeros++;
                continue;
            }

            digits += zeros + 1;
            if (digits <= MostDigits)
            {
                for (; zeros >= 0; zeros--)
                    significand *= 10;
                significand += c - '0';
            }
            zeros = 0;
        }

        var exponent = 0;
        if (!any || (at < text.Length && !TryParseExponent(text[at..], out exponent)))
            return false;

        number =
            digits == 0
                ? default
                : new ExactNumber(negative ? -significand : significand, exponent + zeros - places, digits);
        return true;
    }

    private static bool TryParseExponent(ReadOnlySpan<char> text, out int exponent)
    {
        exponent = 0;
        if (text is not ['e' or 'E', ..])
            return false;
        text = text[1..];
        var negative = text is ['-', ..];
        if (text is ['-' or '+', ..])
            text = text[1..];
        if (text.IsEmpty)
            return false;

        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            exponent = Math.Min(MostExponent, exponent * 10 + (c - '0'));
        }
        if (negative)
            exponent = -exponent;
        return true;
    }
}
