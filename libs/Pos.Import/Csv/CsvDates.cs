using System.Globalization;
using Pos.Contracts.Rules;
using static Pos.Contracts.PurchaseErrorCodes;

namespace Pos.Import.Csv;

/// <summary>
/// A file's dates: year first (<c>2010-12-01 08:26[:00]</c>, ISO 8601) or month first (<c>12/1/2010 8:26[:00]</c>). The
/// first row whose date can be read decides, for the whole file: were each row free to choose, one typing error would
/// be taken for another format.
/// </summary>
internal sealed class CsvDates
{
    private Format _format;

    private enum Format
    {
        Undecided,
        YearFirst,
        MonthFirst,
    }

    public FieldFault? Read(ReadOnlySpan<char> text, out DateTimeOffset utc)
    {
        utc = default;
        if (_format != Format.MonthFirst && UtcTime.TryParse(text, out utc))
        {
            _format = Format.YearFirst;
            return null;
        }

        var month = 0;
        if (_format != Format.YearFirst && TryMonthFirst(text, out utc, out month))
        {
            _format = Format.MonthFirst;
            return null;
        }

        var shown = FieldFault.Shown(text);
        return new FieldFault(
            InvalidFormat,
            month > 12
                ? $"{shown} has month {month}: dates with / are taken as month/day/year"
                : _format switch
                {
                    Format.YearFirst =>
                        $"{shown} is not a date as this file's first is, year first: 2010-12-01 08:26:00",
                    Format.MonthFirst => $"{shown} is not a date as this file's first is, month first: 12/1/2010 8:26",
                    _ => $"{shown} is not a date and time such as 2010-12-01 08:26:00 or 12/1/2010 8:26",
                }
        );
    }

    private static bool TryMonthFirst(ReadOnlySpan<char> text, out DateTimeOffset utc, out int month)
    {
        utc = default;
        if (
            !TryNumber(ref text, '/', 2, out month)
            || !TryNumber(ref text, '/', 2, out var day)
            || !TryNumber(ref text, ' ', 4, out var year)
            || year < 1000
            || !TryNumber(ref text, ':', 2, out var hour)
        )
            return false;

        var second = 0;
        if (text.Length == 5 && text[2] == ':')
        {
            if (!int.TryParse(text[3..], NumberStyles.None, null, out second))
                return false;
            text = text[..2];
        }
        if (
            text.Length != 2
            || !int.TryParse(text, NumberStyles.None, null, out var minute)
            || month is 0 or > 12
            || day == 0
            || day > DateTime.DaysInMonth(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        )
            return false;
        utc = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<char> text, char end, int mostDigits, out int value)
    {
        value = 0;
        var length = text.IndexOf(end);
        if (length < 1 || length > mostDigits || !int.TryParse(text[..length], NumberStyles.None, null, out value))
            return false;
        text = text[(length + 1)..];
        return true;
    }
}
