namespace Pos.Import.Csv;

/// <summary>How a row's quotes stand (RFC 4180, section 2: a quoted field ends at its closing quote).</summary>
internal enum CsvQuotes
{
    WellFormed,

    /// <summary>A field goes on after its closing quote; where the row ends is clear.</summary>
    Stray,

    /// <summary>A quoted field never ends, and has taken in the rest of the file.</summary>
    Unterminated,
}

internal static class CsvQuoting
{
    public static CsvQuotes Of(ReadOnlySpan<char> row)
    {
        if (!row.Contains('"'))
            return CsvQuotes.WellFormed;

        while (true)
        {
            if (row is ['"', ..])
            {
                var closing = ClosingQuote(row);
                if (closing < 0)
                    return CsvQuotes.Unterminated;
                row = row[(closing + 1)..];
                if (row is not ([] or [',' or '\r' or '\n', ..]))
                    return CsvQuotes.Stray;
            }

            var comma = row.IndexOf(',');
            if (comma < 0)
                return CsvQuotes.WellFormed;
            row = row[(comma + 1)..];
        }
    }

    private static int ClosingQuote(ReadOnlySpan<char> field)
    {
        for (var at = 1; at < field.Length; at++)
        {
            var next = field[at..].IndexOf('"');
            if (next < 0)
                return -1;
            at += next;
            if (at + 1 == field.Length || field[at + 1] != '"')
                return at;
            at++;
        }
        return -1;
    }
}
