namespace Pos.Import.Csv;

/// <summary>Texts of a CSV that people open in a spreadsheet.</summary>
public static class SpreadsheetText
{
    /// <summary>
    /// The text, with an apostrophe before it where a spreadsheet would take it for a formula (OWASP, "CSV Injection").
    /// </summary>
    public static string Guarded(string text) =>
        // Spreadsheets skip blanks before a formula.
        text.TrimStart(' ', '\u00A0')
            is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠', ..]
            ? "'" + text
            : text;
}
