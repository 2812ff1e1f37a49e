using System.Globalization;

namespace Pos.Import.Csv;

/// <summary>
/// A file that can not be read as CSV of purchases, or not any further. What is wrong with single rows comes as
/// <see cref="CsvRejectedRow"/>.
/// </summary>
public class CsvFormatException : Exception
{
    /// <param name="file">The file's path or name.</param>
    /// <param name="row">The row, counted in lines of text from 1; null when it is about the whole file.</param>
    /// <param name="reason">What is wrong, as it follows the file's name in a sentence.</param>
    /// <param name="inner">What showed it.</param>
    public CsvFormatException(string file, long? row, string reason, Exception? inner = null)
        : base(
            row is null
                ? $"{file}: {reason}"
                : string.Create(CultureInfo.InvariantCulture, $"{file}, row {row}: {reason}"),
            inner
        )
    {
        File = file;
        Row = row;
    }

    /// <summary>The file's path or name.</summary>
    public string File { get; }

    /// <summary>The row, counted in lines of text from 1; null when it is about the whole file.</summary>
    public long? Row { get; }
}

/// <summary>The header lacks a column that every purchase needs.</summary>
public sealed class CsvColumnMissingException : CsvFormatException
{
    internal CsvColumnMissingException(
        string file,
        long row,
        string column,
        IReadOnlyList<string> acceptedNames,
        IReadOnlyList<string> header
    )
        : base(
            file,
            row,
            $"the column {column} is missing; it may be named {string.Join(", ", acceptedNames)} (in any case, spaces and _ do not matter). The header is: {string.Join(',', header)}"
        )
    {
        Column = column;
        AcceptedNames = acceptedNames;
        Header = header;
    }

    /// <summary>The missing column by its field's name, such as <c>product_id</c>.</summary>
    public string Column { get; }

    /// <summary>The names that the column may have.</summary>
    public IReadOnlyList<string> AcceptedNames { get; }

    /// <summary>The names found, each cut after 64 characters, at most 64 of them.</summary>
    public IReadOnlyList<string> Header { get; }
}
