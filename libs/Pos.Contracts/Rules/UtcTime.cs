namespace Pos.Contracts.Rules;

/// <summary>
/// Parses the times of the contract: ISO 8601 with date and time, <c>T</c> or a space between them, optional seconds
/// with up to nine decimals, and <c>Z</c>, an offset of up to 14 hours, or neither, which means UTC. Times have
/// microsecond precision, as in the warehouse, so that all stores are equal.
/// </summary>
internal static class UtcTime
{
    public const int MaxLength = 40;

    public const string Format = "an ISO 8601 date and time such as 2010-12-01T08:26:00Z";

    /// <summary>Truncates a time to the microsecond.</summary>
    public static DateTimeOffset ToMicrosecond(DateTimeOffset time) =>
        new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset utc)
    {
        utc = default;
        if (
            text.Length is < 16 or > MaxLength
            || text[4] != '-'
            || text[7] != '-'
            || text[10] is not ('T' or ' ')
            || text[13] != ':'
            || !TryDigits(text[..4], out var year)
            || !TryDigits(text[5..7], out var month)
            || !TryDigits(text[8..10], out var day)
            || !TryDigits(text[11..13], out var hour)
            || !TryDigits(text[14..16], out var minute)
        )
            return false;

        text = text[16..];
        var second = 0;
        long ticks = 0;
        if (text is [':', ..])
        {
            if (text.Length < 3 || !TryDigits(text[1..3], out second))
                return false;
            text = text[3..];
            if (text is ['.' or ',', ..] && !TryFraction(ref text, out ticks))
                return false;
        }

        if (
            !TryOffset(text, out var offsetMinutes)
            || year == 0
            || month is 0 or > 12
            || day == 0
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
            return false;

        ticks += new DateTime(year, month, day, hour, minute, second).Ticks - offsetMinutes * TimeSpan.TicksPerMinute;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        utc = new DateTimeOffset(ticks, TimeSpan.Zero);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<char> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = value * 10 + (c - '0');
        }
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<char> text, out long ticks)
    {
        ticks = 0;
        var digits = text[1..].IndexOfAnyExceptInRange('0', '9');
        if (digits < 0)
            digits = text.Length - 1;
        if (digits is 0 or > 9)
            return false;

        for (int i = 1, unit = 1_000_000; i <= Math.Min(digits, 6); i++)
            ticks += (text[i] - '0') * (unit /= 10) * TimeSpan.TicksPerMicrosecond;
        text = text[(digits + 1)..];
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "" or "Z" or "z")
            return true;
        if (text[0] is not ('+' or '-'))
            return false;

        var minuteDigits = text.Length switch
        {
            3 => default,
            5 => text[3..],
            6 when text[3] == ':' => text[4..],
            _ => "no",
        };
        if (
            text.Length < 3
            || !TryDigits(text[1..3], out var hours)
            || !TryDigits(minuteDigits, out minutes)
            || minutes > 59
        )
            return false;
        minutes += hours * 60;
        if (minutes > 14 * 60)
            return false;
        if (text[0] == '-')
            minutes = -minutes;
        return true;
    }
}
