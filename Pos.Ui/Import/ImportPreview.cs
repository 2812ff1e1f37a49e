using Pos.Contracts;
using Pos.Import.Csv;

namespace Pos.Ui.Import;

/// <summary>What a file's beginning says.</summary>
/// <param name="Columns">Each with the field that it is taken for; empty when the file cannot be read.</param>
/// <param name="Encoding">UTF-8 or Windows-1252.</param>
/// <param name="Rows">The first, as they are understood.</param>
/// <param name="Problem">Why the file cannot be imported; null when it can.</param>
public sealed record ImportPreview(
    IReadOnlyList<CsvColumn> Columns,
    string Encoding,
    IReadOnlyList<PreviewRow> Rows,
    string? Problem
)
{
    private const int MostRows = 10;

    internal static ImportPreview Of(string path, string name, DateTimeOffset now)
    {
        try
        {
            using var reader = PurchaseCsvReader.Open(path, new PurchaseRules(now));
            return new(
                reader.Columns,
                reader.Encoding.WebName is "utf-8" ? "UTF-8" : "Windows-1252",
                FirstRows(reader),
                null
            );
        }
        catch (CsvFormatException unusable)
        {
            return new([], "", [], Told(unusable, name));
        }
    }

    /// <summary>The reason by the name that its visitor knows the file by.</summary>
    internal static string Told(CsvFormatException unusable, string name) =>
        unusable.Message.StartsWith(unusable.File, StringComparison.Ordinal)
            ? name + unusable.Message[unusable.File.Length..]
            : unusable.Message;

    private static IReadOnlyList<PreviewRow> FirstRows(PurchaseCsvReader reader)
    {
        var rows = new List<PreviewRow>();
        try
        {
            // A post comes after the rejected rows within it.
            foreach (var item in reader.Read())
            {
                rows.AddRange(PreviewRow.Of(item));
                if (rows.Count >= MostRows && item is CsvPurchase)
                    break;
                if (rows.Count >= 10 * MostRows)
                    break;
            }
        }
        catch (CsvFormatException)
        {
            // Where the file breaks is told when the import comes to it; what stands before can be shown.
        }
        return [.. rows.OrderBy(row => row.Row).Take(MostRows)];
    }
}

/// <summary>A row as it is understood; or why it is not.</summary>
/// <param name="Row">Counted in lines of text from 1; the header is 1.</param>
/// <param name="Purchase">With this line alone; null for a row that will be rejected.</param>
/// <param name="Text">Of a rejected row: as it stands in the file.</param>
/// <param name="Errors">Why it will be rejected.</param>
public sealed record PreviewRow(long Row, Purchase? Purchase, string Text, IReadOnlyList<PurchaseError> Errors)
{
    internal static IEnumerable<PreviewRow> Of(CsvItem item) =>
        item switch
        {
            CsvPurchase post => post.Purchase.Lines.Zip(post.Rows, (line, row) =>
                new PreviewRow(row, post.Purchase with { Lines = [line] }, "", [])
            ),
            CsvRejectedRow rejected => [new(rejected.Row, null, rejected.Text, rejected.Errors)],
            _ => [],
        };
}
