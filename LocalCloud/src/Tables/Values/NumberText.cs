using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace LocalCloud.Tables.Values;

/// <summary>
/// Handles numbers as canonical text, as DynamoDB returns them: decimals without exponent, leading or trailing zeros.
/// </summary>
internal static class NumberText
{
    public const string Overflow =
        "Number overflow. Attempting to store a number with magnitude larger than supported range";

    public const string Underflow =
        "Number underflow. Attempting to store a number with magnitude smaller than supported range";

    public const string TooManyDigits = "Attempting to store more than 38 significant digits in a Number";

    /// <summary>The longest canonical text: a sign, "0.", 129 zeros and 38 digits.</summary>
    public const int MaxLength = 176;

    private const int MaxDigits = 38;
    private const int MaxExponent = 125;
    private const int MinExponent = -130;
    private const string NotANumber = "The parameter cannot be converted to a numeric value";

    /// <summary>Writes the canonical form of a number.</summary>
    /// <param name="text">Decimal digits, with optional sign, point and exponent.</param>
    /// <param name="canonical">A buffer of at least <see cref="MaxLength"/> bytes.</param>
    /// <param name="length">The length of the canonical form.</param>
    /// <returns>The error message, or null if the number is valid.</returns>
    public static string? Normalize(ReadOnlySpan<byte> text, Span<byte> canonical, out int length)
    {
        length = 0;
        if (text.IsEmpty)
            return NotANumber;
        if (text.Length <= 18 && IsPlainInteger(text))
        {
            text.CopyTo(canonical);
            length = text.Length;
            return null;
        }
        var at = 0;
        var negative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+')
            at++;
        // The significant digits, and the exponent of the first of them.
        Span<byte> digits = stackalloc byte[MaxDigits];
        var (count, pendingZeros, exponent, anyDigit, tooMany) = (0, 0, 0L, false, false);
        var pointSeen = false;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9' or (byte)'.'; at++)
        {
            if (text[at] == '.')
            {
                if (pointSeen)
                    return Invalid(text);
                pointSeen = true;
                continue;
            }
            anyDigit = true;
            if (text[at] == '0')
            {
                if (count > 0)
                    (pendingZeros, exponent) = (pendingZeros + 1, exponent + (pointSeen ? 0 : 1));
                else if (pointSeen)
                    exponent--;
                continue;
            }
            if (count == 0)
                exponent += pointSeen ? -1 : 0;
            else if (!pointSeen)
                exponent++;
            for (; pendingZeros > 0; pendingZeros--)
                Add(digits, ref count, ref tooMany, (byte)'0');
            Add(digits, ref count, ref tooMany, text[at]);
        }
        if (!anyDigit)
            return Invalid(text);
        if (at < text.Length)
        {
            if (text[at] is not ((byte)'e' or (byte)'E') || !TryReadExponent(text[(at + 1)..], out var power))
                return Invalid(text);
            exponent += power;
        }
        if (count == 0)
        {
            canonical[0] = (byte)'0';
            length = 1;
            return null;
        }
        if (exponent > MaxExponent)
            return Overflow;
        if (exponent < MinExponent)
            return Underflow;
        if (tooMany)
            return TooManyDigits;
        length = Write(negative, digits[..count], (int)exponent, canonical);
        return null;
    }

    /// <summary>Compares two canonical numbers.</summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var (negativeA, negativeB) = (a[0] == '-', b[0] == '-');
        if (negativeA != negativeB)
            return negativeA ? -1 : 1;
        return negativeA ? CompareMagnitudes(b[1..], a[1..]) : CompareMagnitudes(a, b);
    }

    /// <summary>Adds or subtracts canonical numbers exactly.</summary>
    /// <returns>The error message, or null if the result is valid.</returns>
    public static string? Add(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, bool subtract, out AttributeValue sum)
    {
        if (
            a.Length <= 18
            && b.Length <= 18
            && Utf8Parser.TryParse(a, out long x, out var readA)
            && readA == a.Length
            && Utf8Parser.TryParse(b, out long y, out var readB)
            && readB == b.Length
        )
        {
            sum = AttributeValue.FromNumber(subtract ? x - y : x + y);
            return null;
        }
        var (mantissaA, scaleA) = Scaled(a);
        var (mantissaB, scaleB) = Scaled(b);
        var scale = Math.Max(scaleA, scaleB);
        mantissaA *= BigInteger.Pow(10, scale - scaleA);
        mantissaB *= BigInteger.Pow(10, scale - scaleB);
        var result = subtract ? mantissaA - mantissaB : mantissaA + mantissaB;
        var text = string.Create(CultureInfo.InvariantCulture, $"{result}E-{scale}");
        Span<byte> canonical = stackalloc byte[MaxLength];
        var error = Normalize(Encoding.ASCII.GetBytes(text), canonical, out var length);
        sum = error is null ? AttributeValue.FromNumber(canonical[..length]) : default;
        return error;
    }

    /// <summary>Reads the significant digits, as values 0 to 9, and the exponent of the first.</summary>
    public static int Digits(ReadOnlySpan<byte> canonical, Span<byte> digits, out int exponent)
    {
        if (canonical[0] == '-')
            canonical = canonical[1..];
        var point = canonical.IndexOf((byte)'.');
        var integers = point < 0 ? canonical.Length : point;
        var (count, first) = (0, -1);
        exponent = 0;
        for (var i = 0; i < canonical.Length; i++)
        {
            if (i == point || (first < 0 && canonical[i] == '0'))
                continue;
            if (first < 0)
            {
                first = i;
                exponent = i < integers ? integers - 1 - i : integers - i;
            }
            if (count < digits.Length)
                digits[count++] = (byte)(canonical[i] - '0');
        }
        while (count > 0 && digits[count - 1] == 0)
            count--;
        return count;
    }

    private static bool IsPlainInteger(ReadOnlySpan<byte> text)
    {
        var digits = text[0] == '-' ? text[1..] : text;
        return !digits.IsEmpty
            && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && (digits[0] != '0' || text.Length == 1);
    }

    private static void Add(Span<byte> digits, ref int count, ref bool tooMany, byte digit)
    {
        if (count == digits.Length)
            tooMany = true;
        else
            digits[count++] = digit;
    }

    private static bool TryReadExponent(ReadOnlySpan<byte> text, out long power)
    {
        power = 0;
        var digits = !text.IsEmpty && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        foreach (var digit in digits)
            power = Math.Min(1_000_000_000, power * 10 + (digit - '0'));
        if (text[0] == '-')
            power = -power;
        return true;
    }

    private static int Write(bool negative, ReadOnlySpan<byte> digits, int exponent, Span<byte> to)
    {
        var at = 0;
        if (negative)
            to[at++] = (byte)'-';
        if (exponent < 0)
        {
            to[at++] = (byte)'0';
            to[at++] = (byte)'.';
            to.Slice(at, -exponent - 1).Fill((byte)'0');
            at += -exponent - 1;
            digits.CopyTo(to[at..]);
            return at + digits.Length;
        }
        for (var i = 0; i < Math.Max(digits.Length, exponent + 1); i++)
        {
            if (i == exponent + 1)
                to[at++] = (byte)'.';
            to[at++] = i < digits.Length ? digits[i] : (byte)'0';
        }
        return at;
    }

    private static int CompareMagnitudes(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var (pointA, pointB) = (a.IndexOf((byte)'.'), b.IndexOf((byte)'.'));
        var integers = (pointA < 0 ? a.Length : pointA).CompareTo(pointB < 0 ? b.Length : pointB);
        // With equal numbers of integer digits, text sorts like the values: '.' sorts before digits.
        return integers != 0 ? integers : a.SequenceCompareTo(b);
    }

    private static (BigInteger Mantissa, int Scale) Scaled(ReadOnlySpan<byte> canonical)
    {
        var text = Encoding.ASCII.GetString(canonical);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return (
            BigInteger.Parse(text.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture),
            point < 0 ? 0 : text.Length - 1 - point
        );
    }

    private static string Invalid(ReadOnlySpan<byte> text) => $"{NotANumber}: {Encoding.UTF8.GetString(text)}";
}
