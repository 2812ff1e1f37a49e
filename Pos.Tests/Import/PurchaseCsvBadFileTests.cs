using System.Text;
using Pos.Import.Csv;
using Pos.Tests.Contracts;
using Xunit;
using static Pos.Tests.Import.CsvFile;

namespace Pos.Tests.Import;

/// <summary>What is wrong with a file as a whole: the message names the file, and the row where there is one.</summary>
[Fast]
public sealed class PurchaseCsvBadFileTests
{
    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n \r\n", "is blank")]
    [InlineData("\ufeff", "is blank")]
    [InlineData(Header, "has a header but no rows")]
    [InlineData(Header + "\n\n", "has a header but no rows")]
    public void A_file_without_rows_is_refused(string text, string message) =>
        Refused(Encoding.UTF8.GetBytes(text), message, row: null);

    [Fact]
    public void A_binary_file_is_refused()
    {
        Refused([0x7F, (byte)'E', (byte)'L', (byte)'F', 1, 0, 0, 0], "byte 5 is NUL", row: null);
        byte[] nulFarBehind = [.. Encoding.UTF8.GetBytes(Header), .. Enumerable.Repeat((byte)'x', 3 << 20), 0];
        Refused(nulFarBehind, $"byte {nulFarBehind.Length - 1} is NUL", row: null);
        Refused(Encoding.Latin1.GetBytes("\u0089PNG\r\n\u001a\n\u0001"), "purchase_id is missing", row: 1);
    }

    [Fact]
    public void UTF16_is_refused()
    {
        Refused(
            [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Header + Row("1"))],
            "is UTF-16",
            row: null
        );
        Refused(
            [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Header + Row("1"))],
            "is UTF-16",
            row: null
        );
        Refused(Encoding.Unicode.GetBytes(Header + Row("1")), "or UTF-16", row: null);
    }

    [Fact]
    public void A_directory_is_refused()
    {
        using var file = new CsvFile(Header);
        var folder = Path.GetDirectoryName(file.Path)!;
        var error = Assert.Throws<CsvFormatException>(() => PurchaseCsvReader.Open(folder, PurchaseSamples.Rules));
        Assert.StartsWith($"{folder}: is a directory", error.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        using var file = new CsvFile(Header);
        Assert.Contains(
            "no such.csv",
            Assert
                .ThrowsAny<IOException>(() =>
                    PurchaseCsvReader.Open(
                        Path.Combine(Path.GetDirectoryName(file.Path)!, "no such.csv"),
                        PurchaseSamples.Rules
                    )
                )
                .Message
        );
    }

    [Theory]
    [InlineData("InvoiceNo", "purchase_id")]
    [InlineData("StockCode", "product_id")]
    [InlineData("Quantity", "quantity")]
    [InlineData("UnitPrice", "unit_price")]
    [InlineData("InvoiceDate", "purchased_at")]
    public void A_missing_column_is_named_with_what_it_may_be_called(string name, string column)
    {
        using var file = new CsvFile("\n" + Header.Replace(name, "Other", StringComparison.Ordinal) + Row("1"));
        var error = Assert.Throws<CsvColumnMissingException>(() =>
            PurchaseCsvReader.Open(file.Path, PurchaseSamples.Rules)
        );
        Assert.Equal((file.Path, 2, column), (error.File, error.Row, error.Column));
        Assert.Contains(name, error.AcceptedNames);
        Assert.Contains("Other", error.Header);
        Assert.StartsWith($"{file.Path}, row 2: the column {column} is missing", error.Message);
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void A_column_that_is_there_twice_is_refused() =>
        Refused(
            Encoding.UTF8.GetBytes(Header.TrimEnd() + ",Price\n" + Row("1")),
            "'UnitPrice' and 'Price' are both unit_price",
            row: 1
        );

    [Theory]
    [InlineData(10)]
    [InlineData(50_000)]
    public void A_quote_that_never_ends_names_the_row_where_it_begins(int rowsBehind)
    {
        using var file = new CsvFile(
            Header
                + Row("1")
                + "2,85123A,\"HOLDER,6,2010-12-01 08:26,2.55,17850,EIRE\n"
                + string.Concat(Enumerable.Repeat(Row("3"), rowsBehind))
        );
        using var reader = PurchaseCsvReader.Open(file.Path, PurchaseSamples.Rules);
        var error = Assert.Throws<CsvFormatException>(() => reader.Read().Count());
        Assert.Equal(3, error.Row);
        Assert.StartsWith($"{file.Path}, row 3: ", error.Message);
        Assert.Contains("never ends", error.Message);
    }

    [Fact]
    public void A_file_is_read_once()
    {
        using var file = new CsvFile(Header + Row("1"));
        using var reader = PurchaseCsvReader.Open(file.Path, PurchaseSamples.Rules);
        Assert.Single(reader.Read());
        Assert.Throws<InvalidOperationException>(reader.Read);
    }

    private static void Refused(byte[] bytes, string message, long? row)
    {
        using var file = new CsvFile(bytes);
        var error = Assert.ThrowsAny<CsvFormatException>(() =>
            PurchaseCsvReader.Open(file.Path, PurchaseSamples.Rules)
        );
        Assert.Equal((file.Path, row), (error.File, error.Row));
        Assert.StartsWith(file.Path, error.Message);
        Assert.Contains(message, error.Message);
    }
}
