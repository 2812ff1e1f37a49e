using System.Buffers;
using System.Globalization;
using System.Text;
using Pos.Import.Csv;

namespace Pos.Ui.Formats;

/// <summary>
/// A line of an exported CSV (RFC 4180), for programs and spreadsheets: numbers with a point and times as ISO 8601,
/// whatever the visitor's culture. A text that a spreadsheet would take for a formula has an apostrophe before it
/// (OWASP, "CSV Injection"); numbers need none.
/// </summary>
internal sealed class CsvLine
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",;\"\r\n\t");

    private readonly StringBuilder _text = new();

    /// <summary>What a file begins with, so that spreadsheets read UTF-8.</summary>
    public const string ByteOrderMark = "\uFEFF";

    public static string Header(params string[] names) => string.Join(',', names) + "\r\n";

    public CsvLine Text(string? text)
    {
        Separate();
        text ??= "";
        text = SpreadsheetText.Guarded(text);
        if (!text.AsSpan().ContainsAny(s_quoted))
            _text.Append(text);
        else
            _text.Append('"').Append(text.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        return this;
    }

    public CsvLine Number(decimal? number)
    {
        Separate();
        _text.Append(number?.ToString(CultureInfo.InvariantCulture));
        return this;
    }

    public CsvLine Time(DateTimeOffset? time)
    {
        Separate();
        if (time is { } known)
            _text.Append(Figures.Iso(known));
        return this;
    }

    public override string ToString() => _text.ToString(1, _text.Length - 1) + "\r\n";

    private void Separate() => _text.Append(',');
}
