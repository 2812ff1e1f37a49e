using System.Text;
using Pos.Contracts;
using Pos.Import.Csv;
using Pos.Tests.Contracts;

namespace Pos.Tests.Import;

/// <summary>A CSV file of the test's own, in a folder with a space in its name.</summary>
internal sealed class CsvFile : IDisposable
{
    public const string Header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("pos csv ").FullName;

    public CsvFile(byte[] bytes)
    {
        Path = System.IO.Path.Combine(_folder, "till 1.csv");
        File.WriteAllBytes(Path, bytes);
    }

    public CsvFile(string text)
        : this(Encoding.UTF8.GetBytes(text)) { }

    public string Path { get; }

    public static List<CsvItem> Read(byte[] bytes)
    {
        using var file = new CsvFile(bytes);
        using var reader = PurchaseCsvReader.Open(file.Path, PurchaseSamples.Rules);
        return [.. reader.Read()];
    }

    public static List<CsvItem> Read(string text) => Read(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Items in short: <c>536365:1,2@2,3</c> (purchase, lines, rows) and <c>!4 quantity:out_of_range</c>.
    /// </summary>
    public static string Shown(IEnumerable<CsvItem> items) =>
        string.Join(
            "; ",
            items.Select(item =>
                item switch
                {
                    CsvPurchase post =>
                        $"{post.Purchase.PurchaseId}:{string.Join(',', post.Purchase.Lines.Select(line => line.Line))}@{string.Join(',', post.Rows)}",
                    CsvRejectedRow row =>
                        $"!{row.Row} {string.Join(',', row.Errors.Select(error => $"{error.Field}:{error.Code}"))}",
                    _ => throw new InvalidOperationException(),
                }
            )
        );

    /// <summary>A row with the sample's values, some replaced.</summary>
    public static string Row(
        string id,
        string product = "85123A",
        string description = "HOLDER",
        string quantity = "6",
        string date = "2010-12-01 08:26:00",
        string price = "2.55",
        string customer = "17850",
        string country = "EIRE"
    ) => $"{id},{product},{description},{quantity},{date},{price},{customer},{country}\n";

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
