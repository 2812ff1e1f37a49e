using System.Buffers;
using System.Globalization;
using static Pos.Contracts.PurchaseErrorCodes;

namespace Pos.Contracts.Rules;

/// <summary>Checks single fields against the contract. JSON and CSV use the same rules.</summary>
internal static class FieldRules
{
    private const string AllowedLines = "a whole number from 1 to 100,000";

    private static readonly SearchValues<char> s_idCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    private static readonly SearchValues<byte> s_traceCharacters = SearchValues.Create("0123456789abcdef-"u8);

    public static FieldFault? PurchaseId(string value) =>
        value.Length switch
        {
            0 => new FieldFault(Empty, "is empty; 1 to 64 of A-Z a-z 0-9 . _ - are needed"),
            _ when Characters(value) > PurchaseLimits.MaxNameCharacters => TooManyCharacters(
                value,
                PurchaseLimits.MaxNameCharacters
            ),
            _ when value.AsSpan().ContainsAnyExcept(s_idCharacters) => new FieldFault(
                InvalidCharacters,
                $"{FieldFault.Shown(value)} has characters other than A-Z a-z 0-9 . _ -"
            ),
            _ => null,
        };

    public static FieldFault? CustomerId(string value) =>
        value.Length == 0
            ? new FieldFault(Empty, "is empty; 1 to 64 characters are needed, or null for no customer")
            : Label(value);

    /// <summary>Checks store_id and country, and the rules that customer_id shares with them.</summary>
    public static FieldFault? Label(string value)
    {
        if (Characters(value) > PurchaseLimits.MaxNameCharacters)
            return TooManyCharacters(value, PurchaseLimits.MaxNameCharacters);
        foreach (var c in value)
        {
            if (char.IsControl(c))
                return new FieldFault(
                    InvalidCharacters,
                    $"{FieldFault.Shown(value)} has a control character (U+{(int)c:X4})"
                );
        }
        return null;
    }

    public static FieldFault? ProductId(string value)
    {
        if (value.Length == 0)
            return new FieldFault(Empty, "is empty; 1 to 64 printable characters are needed");
        if (Characters(value) > PurchaseLimits.MaxNameCharacters)
            return TooManyCharacters(value, PurchaseLimits.MaxNameCharacters);
        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
            return new FieldFault(
                InvalidCharacters,
                $"{FieldFault.Shown(value)} begins or ends with a space; only inner ones are allowed"
            );
        foreach (var c in value)
        {
            if (!IsPrintable(c))
                return new FieldFault(
                    InvalidCharacters,
                    $"{FieldFault.Shown(value)} has a character that does not print (U+{(int)c:X4})"
                );
        }
        return null;
    }

    /// <summary>Checks a description. It may have line ends, but not U+0000, which Postgres cannot store.</summary>
    public static FieldFault? Description(string value)
    {
        if (Characters(value) > PurchaseLimits.MaxDescriptionCharacters)
            return TooManyCharacters(value, PurchaseLimits.MaxDescriptionCharacters);
        return value.Contains('\0')
            ? new FieldFault(InvalidCharacters, $"{FieldFault.Shown(value)} has a NUL character (U+0000)")
            : null;
    }

    public static FieldFault? Currency(string value) =>
        value.Length == 3 && !value.AsSpan().ContainsAnyExceptInRange('A', 'Z')
            ? null
            : new FieldFault(
                InvalidFormat,
                $"{FieldFault.Shown(value)} is not an ISO 4217 code, three capital letters such as GBP"
            );

    /// <summary>
    /// True if the text has the format of W3C Trace Context, version 00: <c>00-(32 hex)-(16 hex)-(2 hex)</c>.
    /// </summary>
    public static bool IsTraceParent(ReadOnlySpan<byte> utf8) =>
        utf8.Length == TraceParentBytes && !utf8.ContainsAnyExcept(s_traceCharacters);

    /// <summary>Length of a <c>traceparent</c>.</summary>
    public const int TraceParentBytes = 55;

    public static FieldFault? Position(string value) =>
        Contracts.Position.IsValid(value)
            ? null
            : new FieldFault(InvalidFormat, $"{FieldFault.Shown(value)} is not a position in the stream");

    /// <summary>
    /// Checks the format of a time. <see cref="PurchasedWithin"/> checks its range, which depends on the time of
    /// acceptance.
    /// </summary>
    public static FieldFault? Time(ReadOnlySpan<char> value, out DateTimeOffset utc) =>
        UtcTime.TryParse(value, out utc)
            ? null
            : new FieldFault(InvalidFormat, $"{FieldFault.Shown(value)} is not {UtcTime.Format}");

    public static FieldFault? PurchasedWithin(DateTimeOffset purchasedAt, DateTimeOffset accepted)
    {
        if (purchasedAt >= PurchaseLimits.EarliestPurchase && purchasedAt - accepted <= PurchaseLimits.MaxClockLead)
            return null;
        return new FieldFault(
            OutOfRange,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{purchasedAt:yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'} is not from 1990 to a day from now "
                    + $"({accepted.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'})"
            )
        );
    }

    public static FieldFault? Quantity(ReadOnlySpan<char> number, out int value)
    {
        const string allowed = "a whole number other than 0, at most 1,000,000 either way";
        return Whole(number, PurchaseLimits.MaxQuantity, allowed, out value)
            ?? (value == 0 ? new FieldFault(OutOfRange, $"is 0; needed is {allowed}") : null);
    }

    public static FieldFault? LineNumber(ReadOnlySpan<char> number, out int value) =>
        Whole(number, PurchaseLimits.MaxLineNumber, AllowedLines, out value) ?? LineNumber(value);

    public static FieldFault? LineNumber(int value) =>
        value is < 1 or > PurchaseLimits.MaxLineNumber
            ? new FieldFault(OutOfRange, $"is {value}; needed is {AllowedLines}")
            : null;

    public static FieldFault DuplicateLine(int value) =>
        new(
            Duplicate,
            $"is {value} again; a line's number is its identity within the purchase "
                + "(a line without a number gets its index, from 1)"
        );

    public static FieldFault? UnitPrice(ReadOnlySpan<char> number, out decimal value)
    {
        const string allowed = "a decimal number of at most 4 places, at most 100,000,000 either way";
        return Number(number, PurchaseLimits.MaxUnitPrice, PurchaseLimits.MaxUnitPricePlaces, allowed, out value);
    }

    private static FieldFault? Whole(ReadOnlySpan<char> number, int max, string allowed, out int value)
    {
        var fault = Number(number, max, 0, allowed, out var exact);
        value = (int)exact;
        return fault;
    }

    private static FieldFault? Number(ReadOnlySpan<char> text, int max, int places, string allowed, out decimal value)
    {
        value = 0;
        if (!ExactNumber.TryParse(text, out var number))
            return new FieldFault(InvalidFormat, $"{FieldFault.Shown(text)} is not a number; needed is {allowed}");
        if (number.IntegerDigits > 9)
            return new FieldFault(OutOfRange, $"is {FieldFault.Shown(text)}; needed is {allowed}");
        if (number.Places > places)
            return new FieldFault(TooPrecise, $"is {FieldFault.Shown(text)}; needed is {allowed}");

        var exact = number.ToDecimal();
        if (Math.Abs(exact) > max)
            return new FieldFault(OutOfRange, $"is {FieldFault.Shown(text)}; needed is {allowed}");
        value = exact;
        return null;
    }

    private static FieldFault TooManyCharacters(string value, int max) =>
        new(TooLong, $"has {Characters(value)} characters ({FieldFault.Shown(value)}); at most {max} are allowed");

    private static int Characters(string value)
    {
        var count = value.Length;
        foreach (var c in value)
        {
            if (char.IsLowSurrogate(c))
                count--;
        }
        return count;
    }

    private static bool IsPrintable(char c) =>
        c is >= ' ' and <= '~'
        || CharUnicodeInfo.GetUnicodeCategory(c)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
