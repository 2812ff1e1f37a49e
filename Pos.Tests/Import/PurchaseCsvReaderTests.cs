using System.Text;
using CsCheck;
using Pos.Contracts;
using Pos.Import.Csv;
using Xunit;
using static Pos.Tests.Contracts.PurchaseSamples;
using static Pos.Tests.Import.CsvFile;

namespace Pos.Tests.Import;

[Fast]
public sealed class PurchaseCsvReaderTests
{
    [Fact]
    public void A_row_becomes_a_line_with_its_purchase()
    {
        var post = Assert.IsType<CsvPurchase>(
            Assert.Single(
                Read(
                    Header
                        + "536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
                )
            )
        );
        Assert.Equal(Shape(One()), Shape(post.Purchase));
        Assert.Equal([2], post.Rows);
    }

    [Fact]
    public void Purchases_come_back_as_they_were_written() =>
        AnyPurchase
            .Array[1, 8]
            .Sample(
                purchases =>
                {
                    var unlike = purchases.Select((purchase, i) => AsCsvTells(purchase, $"P{i}")).ToArray();
                    var text = new StringWriter();
                    var writer = new PurchaseCsvWriter(text);
                    writer.WriteHeader();
                    foreach (var purchase in unlike)
                        writer.Write(purchase);

                    var posts = Read(text.ToString()).Cast<CsvPurchase>().ToArray();
                    Assert.Equal(unlike.Select(Shape), posts.Select(post => Shape(post.Purchase)));
                },
                iter: 60,
                threads: 1
            );

    [Theory]
    [InlineData("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country")]
    [InlineData("Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country")]
    [InlineData("PURCHASE_ID,product_id,description,QUANTITY,purchased_at,unit_price,customer_id,country")]
    [InlineData(" Receipt No , Sku ,Description,Qty,Date,Unit Price,Customer_ID,Country")]
    [InlineData("\ufeffInvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country")]
    public void Columns_are_found_by_any_of_their_names(string header)
    {
        var post = (CsvPurchase)Read($"{header}\n{Row("536365")}").Single();
        Assert.Equal(
            ("536365", "17850", "EIRE", "85123A", 6, 2.55m),
            (
                post.Purchase.PurchaseId,
                post.Purchase.CustomerId,
                post.Purchase.Country,
                post.Purchase.Lines[0].ProductId,
                post.Purchase.Lines[0].Quantity,
                post.Purchase.Lines[0].UnitPrice
            )
        );
    }

    [Fact]
    public void Columns_come_in_any_order_and_others_are_passed_over()
    {
        var post = (CsvPurchase)
            Read(
                "Store_ID,Currency,Line,Price,till,Quantity,Date,SKU,Receipt\nS 1,EUR,7,1.5,x,2,2010-12-01T08:26:00+01:00,BANK CHARGES,R1\n,,,1.5,x,2,2010-12-01 07:26,POST,R2\n"
            )[0];
        Assert.Equal(
            """{"purchase_id":"R1","customer_id":null,"store_id":"S 1","purchased_at":"2010-12-01T07:26:00Z","country":null,"currency":"EUR","lines":[{"line":7,"product_id":"BANK CHARGES","description":null,"quantity":2,"unit_price":1.5}]}""",
            Shape(post.Purchase)
        );
    }

    [Fact]
    public void Windows_1252_is_read_where_the_file_is_not_UTF8()
    {
        var text = Header + Row("1", description: "£5 CAFÉ “€”");
        foreach (var encoding in new[] { Encoding.UTF8, CodePagesEncodingProvider.Instance.GetEncoding(1252)! })
            Assert.Equal(
                "£5 CAFÉ “€”",
                ((CsvPurchase)Read(encoding.GetBytes(text)).Single()).Purchase.Lines[0].Description
            );
    }

    [Fact]
    public void The_encoding_is_decided_by_all_of_the_file()
    {
        // A character across the border of what is looked at in one piece, and one byte far behind it that only
        // Windows-1252 has.
        var rows = string.Concat(Enumerable.Range(0, 24_000).Select(i => Row($"{i}", description: "ÄÖÜéèà")));
        var utf8 = Encoding.UTF8.GetBytes(Header + "x" + rows);
        Assert.True(utf8.Length > 1 << 20);
        Assert.All(Read(utf8).Take(100), item =>
            Assert.Equal("ÄÖÜéèà", ((CsvPurchase)item).Purchase.Lines[0].Description)
        );
        Assert.Equal(
            "Ã„Ã–ÃœÃ©Ã¨Ã\u00a0",
            ((CsvPurchase)Read([.. utf8, .. Encoding.Latin1.GetBytes(Row("L", description: "é"))])[0])
                .Purchase
                .Lines[0]
                .Description
        );
    }

    [Fact]
    public void A_stream_that_can_not_go_back_is_read_too()
    {
        var rows = string.Concat(Enumerable.Range(0, 30_000).Select(i => Row($"{i}", description: "ÄÖÜ")));
        using var reader = PurchaseCsvReader.Open(
            new OneWayStream(Encoding.UTF8.GetBytes("\ufeff" + Header + rows)),
            "stdin",
            Rules
        );
        Assert.Equal(
            30_000,
            reader.Read().Count(item => item is CsvPurchase { Purchase.Lines: [{ Description: "ÄÖÜ" }] })
        );

        using var broken = PurchaseCsvReader.Open(
            new OneWayStream([.. Encoding.UTF8.GetBytes(Header + rows), 0xE9, (byte)',']),
            "stdin",
            Rules
        );
        var error = Assert.Throws<CsvFormatException>(() => broken.Read().Count());
        Assert.Contains("stdin", error.Message);
        Assert.Contains("not UTF-8", error.Message);
    }

    [Fact]
    public void Dates_with_the_month_first_are_read()
    {
        var items = Read(
            Header
                + Row("1", date: "12/1/2010 8:26")
                + Row("2", date: "12/31/2010 18:26:05")
                + Row("3", date: "01/02/2011 08:05")
        );
        Assert.Equal(
            [Utc("2010-12-01T08:26:00Z"), Utc("2010-12-31T18:26:05Z"), Utc("2011-01-02T08:05:00Z")],
            items.Select(item => ((CsvPurchase)item).Purchase.PurchasedAt)
        );
    }

    [Theory]
    [InlineData("12/1/2010 8:26", "13/12/2010 8:26", "month 13")]
    [InlineData("12/1/2010 8:26", "2010-12-01 08:26:00", "month first")]
    [InlineData("2010-12-01 08:26", "12/1/2010 8:26", "year first")]
    [InlineData("2010-12-01 08:26:00", "2010-12-01", "year first")]
    [InlineData("12/1/2010 8:26", "2/29/2011 8:26", "month first")]
    [InlineData("12/1/2010 8:26", "12/1/2010", "month first")]
    [InlineData("12/1/2010 8:26", "12/1/10 8:26", "month first")]
    [InlineData("12/1/2010 8:26", "12/1/2010 8:26:", "month first")]
    [InlineData("12/1/2010 8:26", "12/1/2010 24:00", "month first")]
    public void The_first_date_fixes_the_format_of_the_file(string first, string then, string message)
    {
        var items = Read(
            Header + Row("0", date: "soon") + Row("1", date: first) + Row("2", date: then) + Row("3", date: first)
        );
        Assert.Equal("!2 purchased_at:invalid_format; !4 purchased_at:invalid_format; 1:1@3; 3:1@5", Shown(items));
        Assert.Contains(message, ((CsvRejectedRow)items[1]).Errors[0].Message);
    }

    [Theory]
    [InlineData("17850.0", "17850")]
    [InlineData("17850.00", "17850")]
    [InlineData("17850", "17850")]
    [InlineData("1000", "1000")]
    [InlineData(" 17850 ", "17850")]
    [InlineData("17850.5", "17850.5")]
    [InlineData("A.0", "A.0")]
    [InlineData(".0", ".0")]
    [InlineData("", null)]
    [InlineData("  ", null)]
    public void A_customer_is_null_or_its_number_without_decimals(string cell, string? customer) =>
        Assert.Equal(customer, ((CsvPurchase)Read(Header + Row("1", customer: cell)).Single()).Purchase.CustomerId);

    [Fact]
    public void Quotes_line_ends_and_blank_lines_are_CSVs()
    {
        var items = Read(
            Header.Replace("\n", "\r\n", StringComparison.Ordinal)
                + "\r\n1,\"A,1\",\"say \"\"hi\"\"\r\n twice \",6,2010-12-01 08:26,2.5,,\r\n\r\n#2,B,12\" PLATE,1,2010-12-01 08:26,1,,\r\n3,#B,12\" PLATE,1,2010-12-01 08:26,1,,"
        );
        Assert.Equal("!6 purchase_id:invalid_characters; 1:1@3; 3:1@7", Shown(items));
        var line = ((CsvPurchase)items[1]).Purchase.Lines[0];
        Assert.Equal(("A,1", "say \"hi\"\r\n twice "), (line.ProductId, line.Description));
        Assert.Equal(
            ("#B", "12\" PLATE"),
            (((CsvPurchase)items[2]).Purchase.Lines[0].ProductId, ((CsvPurchase)items[2]).Purchase.Lines[0].Description)
        );
        Assert.Equal("1:1@2; 2:1@3", Shown(Read((Header + Row("1") + Row("2")).Replace('\n', '\r'))));
    }

    [Fact]
    public void Every_bad_field_of_a_row_is_told_and_its_text_kept()
    {
        var items = Read(Header + Row("1") + "a b,,x,0,2010,1.23456,17850,EIRE\n" + Row("1"));
        Assert.Equal(
            "!3 purchase_id:invalid_characters,purchased_at:invalid_format,product_id:empty,quantity:out_of_range,unit_price:too_precise; 1:1,2@2,4",
            Shown(items)
        );
        var rejected = (CsvRejectedRow)items[0];
        Assert.Equal(("a b,,x,0,2010,1.23456,17850,EIRE", "a b"), (rejected.Text, rejected.PurchaseId));
        Assert.Equal(
            "!2 purchase_id:empty,purchased_at:empty,product_id:empty,quantity:empty,unit_price:empty",
            Shown(Read(Header + ",,,,,,,\n"))
        );
        Assert.Equal(
            "!2 quantity:invalid_format,unit_price:invalid_format",
            Shown(Read(Header + Row("1", quantity: "six", price: "£2.55")))
        );
        Assert.Equal("!2 purchased_at:out_of_range", Shown(Read(Header + Row("1", date: "2026-03-03 00:00"))));
    }

    [Theory]
    [InlineData("1,85123A,HOLDER,6,2010-12-01 08:26,2.55,17850\n", "!3 :invalid_format; 1:1,3@2,4")]
    [InlineData("1,85123A,BOX, RED,6,2010-12-01 08:26,2.55,17850,EIRE\n", "!3 :invalid_format; 1:1,3@2,4")]
    [InlineData("1,85123A,\"BOX\" RED,6,2010-12-01 08:26,2.55,17850,EIRE\n", "!3 :invalid_format; 1:1,3@2,4")]
    [InlineData("1\n", "!3 :invalid_format; 1:1,3@2,4")]
    [InlineData("what is this\n", "!3 :invalid_format; 1:1,2@2,4")]
    public void A_row_of_another_shape_costs_only_itself_and_keeps_its_ordinal(string row, string expected) =>
        Assert.Equal(expected, Shown(Read(Header + Row("1") + row + Row("1"))));

    private static Purchase AsCsvTells(Purchase purchase, string id)
    {
        var time = Seconds(purchase.Lines[0].PurchasedAt ?? purchase.PurchasedAt);
        return purchase with
        {
            PurchaseId = id,
            CustomerId = purchase.CustomerId is null ? null : $"c{purchase.CustomerId}",
            StoreId = null,
            Country = purchase.Country is "" ? null : purchase.Country,
            Currency = "GBP",
            PurchasedAt = time,
            Lines =
            [
                .. purchase.Lines.Select(
                    (line, i) =>
                        line with
                        {
                            Line = i + 1,
                            Description = line.Description is "" ? null : line.Description,
                            PurchasedAt =
                                Seconds(line.PurchasedAt ?? purchase.PurchasedAt) is var own && own == time
                                    ? null
                                    : own,
                        }
                ),
            ],
        };

        static DateTimeOffset Seconds(DateTimeOffset time) =>
            new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
    }

    private sealed class OneWayStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override long Seek(long offset, SeekOrigin loc) => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }
    }
}
