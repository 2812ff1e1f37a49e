namespace Pos.Contracts.Rules;

/// <summary>
/// The exact value of a decimal number in text: <c>2.50</c>, <c>25e-1</c> and <c>2.5</c> are equal.
/// <see cref="System.Text.Json.Utf8JsonReader.GetDecimal"/> would round numbers with too many digits for a decimal.
/// </summary>
internal readonly struct ExactNumber
{
    // More significant digits than any field allows, and few enough for a long.
    private const int MaxDigits = 18;

    // Greater than the length of any text read: a number with a capped exponent stays out of range.
    private const int MaxExponent = 1_000_000;

    private readonly long _significand;
    private readonly int _exponent;

    private ExactNumber(long significand, int exponent, int digits)
    {
        _significand = significand;
        _exponent = exponent;
        IntegerDigits = digits == 0 ? 0 : Math.Max(0, digits + exponent);
    }

    /// <summary>Decimal places of the exact value without trailing zeros.</summary>
    public int Places => Math.Max(0, -_exponent);

    /// <summary>Digits before the decimal point.</summary>
    public int IntegerDigits { get; }

    /// <summary>Returns the value. <see cref="Places"/> plus <see cref="IntegerDigits"/> must be at most 18.</summary>
    public decimal ToDecimal()
    {
        var negative = _significand < 0;
        var magnitude = Math.Abs(_significand);
        for (var i = _exponent; i > 0; i--)
            magnitude *= 10;
        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, negative, (byte)Places);
    }

    /// <summary>
    /// Parses JSON numbers. Also accepts leading zeros and a leading or trailing <c>.</c>, which occur in CSV files.
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
            if (digits <= MaxDigits)
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
            exponent = Math.Min(MaxExponent, exponent * 10 + (c - '0'));
        }
        if (negative)
            exponent = -exponent;
        return true;
    }
}
