using System.Runtime.InteropServices;
using System.Text;
using Pos.Contracts;
using Pos.Contracts.Rules;
using Sylvan.Data.Csv;

namespace Pos.Import.Csv;

/// <summary>
/// Reads purchases from CSV, one pass, in memory that does not grow with the file but for a counter a purchase.
/// Contiguous rows of one purchase are one post; a new one begins when the purchase's rows come again further on, when
/// customer, store, country or currency change (the last post wins, as always), and at
/// <see cref="PurchaseLimits.MaxLines"/> lines or shortly before <see cref="PurchaseLimits.MaxPostedBytes"/>. The purchase's
/// time is that of its first valid row in the file, other times are kept on the line. Without a line column (or with
/// nothing in it) a row's line is its ordinal among all rows of its purchase in the file, rejected ones included:
/// mending one moves no other.
/// </summary>
public sealed class PurchaseCsvReader : IDisposable
{
    // In characters. The longest valid row is far shorter; what is longer is a quote that nobody closed.
    private const int LongestRow = 1 << 20;

    private readonly string _file;
    private readonly PurchaseRules _rules;
    private readonly CsvDataReader _csv;
    private readonly CsvColumns _columns;
    private readonly Dictionary<string, Progress> _purchases = new(StringComparer.Ordinal);
    private long _row;
    private long _nextRow = 1;
    private bool _isRead;

    private PurchaseCsvReader(Stream stream, string file, PurchaseRules rules)
    {
        _file = file;
        _rules = rules;
        var text = CsvText.Open(stream, file);
        Encoding = text.CurrentEncoding;
        _csv = CsvDataReader.Create(
            text,
            new CsvDataReaderOptions
            {
                Delimiter = ',',
                HasHeaders = false,
                Comment = '\0', // '#' begins a product like any other character.
                // Quotes are judged here, row by row: in the standard style one bad row ends the reading.
                CsvStyle = CsvStyle.Lax,
                BufferSize = 64 * 1024,
                MaxBufferSize = LongestRow,
            }
        );
        if (!Advance())
            throw new CsvFormatException(file, null, "is blank; a header and rows are needed");
        Header =
        [
            .. Enumerable.Range(0, _csv.RowFieldCount).Select(ordinal => _csv.GetFieldSpan(ordinal).Trim().ToString()),
        ];
        _columns = new CsvColumns(file, _row, Header);
        if (!Advance())
            throw new CsvFormatException(file, null, "has a header but no rows");
    }

    /// <summary>The header's names as they stand in the file.</summary>
    public IReadOnlyList<string> Header { get; }

    /// <summary>The header's columns, each with what it is taken for.</summary>
    public IReadOnlyList<CsvColumn> Columns =>
        [.. Header.Select((name, ordinal) => new CsvColumn(name, _columns.FieldOf(ordinal)))];

    /// <summary>UTF-8 or Windows-1252, decided for the whole file.</summary>
    public Encoding Encoding { get; }

    private struct Progress
    {
        public int Rows;
        public DateTimeOffset? PurchasedAt;
    }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="rules">The clock, and the currency of rows that name none.</param>
    /// <exception cref="CsvFormatException">A directory, empty, binary, UTF-16, without rows, or its header lacks a
    /// needed column (<see cref="CsvColumnMissingException"/>). The message names the file.</exception>
    /// <exception cref="IOException">The file is not there or can not be read; likewise
    /// <see cref="UnauthorizedAccessException"/>.</exception>
    public static PurchaseCsvReader Open(string path, PurchaseRules rules)
    {
        if (Directory.Exists(path))
            throw new CsvFormatException(path, null, "is a directory; a CSV file is needed");
        return Open(
            new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 1,
                FileOptions.SequentialScan
            ),
            path,
            rules
        );
    }

    /// <summary>
    /// Opens a stream, which the reader disposes of. One that can not go back is taken for UTF-8 if its first MiB is.
    /// </summary>
    /// <inheritdoc cref="Open(string, PurchaseRules)"/>
    /// <param name="stream">The text, read from where it stands.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="rules">The clock, and the currency of rows that name none.</param>
    public static PurchaseCsvReader Open(Stream stream, string name, PurchaseRules rules)
    {
        try
        {
            return new PurchaseCsvReader(stream, name, rules);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Purchases and rejected rows in the order of the file; once. A rejected row comes before the post whose rows
    /// surround it.
    /// </summary>
    /// <exception cref="CsvFormatException">The file can not be read any further: a quoted field that never ends, a row
    /// of over a million characters, bytes that are not UTF-8 far into a stream.</exception>
    /// <exception cref="InvalidOperationException">The file has been read.</exception>
    public IEnumerable<CsvItem> Read()
    {
        if (_isRead)
            throw new InvalidOperationException($"{_file} has been read already.");
        _isRead = true;
        return Items();
    }

    /// <inheritdoc/>
    public void Dispose() => _csv.Dispose();

    private IEnumerable<CsvItem> Items()
    {
        var row = new CsvRow(_columns, _rules);
        CsvPost? post = null;
        do
        {
            row.Read(_csv, HasStrayQuotes());
            var line = LineOf(row, out var purchasedAt);
            var errors = row.Errors;
            if (errors is null && FieldRules.LineNumber(line) is { } fault)
                errors = [fault.At("line")];
            if (errors is not null)
            {
                yield return Rejected(row, errors);
                continue;
            }

            if (post is not null && !(post.HasSameHeader(row) && post.HasRoomFor(row)))
            {
                yield return post.ToItem();
                post = null;
            }
            post ??= new CsvPost(row, purchasedAt);
            if (!post.TryAdd(row, line, _row))
                yield return Rejected(row, [FieldRules.DuplicateLine(line).At("line")]);
        } while (Advance());

        if (post is not null)
            yield return post.ToItem();
    }

    /// <summary>The row's line, and the time of its purchase. Counts the row, whatever is wrong with it.</summary>
    private int LineOf(CsvRow row, out DateTimeOffset purchasedAt)
    {
        if (string.IsNullOrEmpty(row.PurchaseId))
        {
            purchasedAt = default;
            return 1;
        }

        ref var progress = ref CollectionsMarshal.GetValueRefOrAddDefault(_purchases, row.PurchaseId, out _);
        progress.Rows++;
        if (row.Errors is null)
            progress.PurchasedAt ??= row.PurchasedAt;
        purchasedAt = progress.PurchasedAt ?? default;
        return row.Line ?? progress.Rows;
    }

    private CsvRejectedRow Rejected(CsvRow row, IReadOnlyList<PurchaseError> errors) =>
        new(_row, _csv.GetRawRecordSpan().TrimEnd("\r\n").ToString(), row.PurchaseId, errors);

    private bool HasStrayQuotes() =>
        CsvQuoting.Of(_csv.GetRawRecordSpan()) switch
        {
            CsvQuotes.Unterminated => throw new CsvFormatException(
                _file,
                _row,
                "a quoted field begins here and never ends"
            ),
            var quotes => quotes == CsvQuotes.Stray,
        };

    /// <summary>Goes on to the next row that is not blank.</summary>
    private bool Advance()
    {
        try
        {
            while (_csv.Read())
            {
                var raw = _csv.GetRawRecordSpan();
                _row = _nextRow;
                _nextRow += Math.Max(raw.Count('\n'), 1);
                if (!raw.IsWhiteSpace())
                    return true;
            }
            return false;
        }
        catch (CsvRecordTooLargeException tooLong)
        {
            throw new CsvFormatException(
                _file,
                _nextRow,
                $"the row has over {LongestRow} characters; perhaps a quoted field in it never ends",
                tooLong
            );
        }
        catch (DecoderFallbackException notUtf8)
        {
            throw new CsvFormatException(
                _file,
                _nextRow,
                "bytes from here on are not UTF-8, as those before are",
                notUtf8
            );
        }
    }
}
