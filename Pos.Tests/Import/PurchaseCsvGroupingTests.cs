using System.Globalization;
using Pos.Contracts;
using Pos.Import.Csv;
using Xunit;
using static Pos.Tests.Contracts.PurchaseSamples;
using static Pos.Tests.Import.CsvFile;

namespace Pos.Tests.Import;

[Fast]
public sealed class PurchaseCsvGroupingTests
{
    [Fact]
    public void Contiguous_rows_are_one_post() =>
        Assert.Equal("1:1,2@2,3; 2:1@4", Shown(Read(Header + Row("1") + Row("1") + Row("2"))));

    [Fact]
    public void A_purchase_that_comes_again_goes_on_counting() =>
        Assert.Equal(
            "1:1@2; 2:1@3; 1:2,3@4,5; 2:2@6",
            Shown(Read(Header + Row("1") + Row("2") + Row("1") + Row("1") + Row("2")))
        );

    [Fact]
    public void A_rejected_row_keeps_its_place_so_that_mending_it_moves_no_other()
    {
        var rows = new[] { Row("1"), Row("1", quantity: "0"), Row("1"), Row("2"), Row("1") };
        Assert.Equal("!3 quantity:out_of_range; 1:1,3@2,4; 2:1@5; 1:4@6", Shown(Read(Header + string.Concat(rows))));
        rows[1] = Row("1", quantity: "1");
        Assert.Equal("1:1,2,3@2,3,4; 2:1@5; 1:4@6", Shown(Read(Header + string.Concat(rows))));
    }

    [Fact]
    public void Another_header_is_another_post() =>
        Assert.Equal(
            "1:1@2; 1:2@3; 1:3@4; 1:4@5",
            Shown(
                Read(
                    Header
                        + Row("1")
                        + Row("1", customer: "2")
                        + Row("1", customer: "")
                        + Row("1", customer: "", country: "France")
                )
            )
        );

    [Fact]
    public void All_posts_of_a_purchase_tell_the_time_of_its_first_row()
    {
        var items = Read(
                Header
                    + Row("1", date: "2010-12-01 08:26")
                    + Row("1", date: "2010-12-01 08:27")
                    + Row("2")
                    + Row("1", date: "2010-12-01 08:28")
                    + Row("1", date: "2010-12-01 08:26")
            )
            .Cast<CsvPurchase>()
            .Where(post => post.Purchase.PurchaseId == "1")
            .Select(post => post.Purchase)
            .ToArray();
        Assert.All(items, purchase => Assert.Equal(Utc("2010-12-01T08:26:00Z"), purchase.PurchasedAt));
        Assert.Equal(
            [null, Utc("2010-12-01T08:27:00Z"), Utc("2010-12-01T08:28:00Z"), null],
            items.SelectMany(purchase => purchase.Lines).Select(line => line.PurchasedAt)
        );
    }

    [Fact]
    public void A_line_column_gives_the_lines()
    {
        const string header = "Invoice,Line,StockCode,Quantity,Date,Price\n";
        Assert.Equal("1:7,2,3@2,3,4", Shown(Read(header + Row("7") + Row("2") + Row(""))));
        Assert.Equal(
            "!3 line:duplicate; !5 line:out_of_range; 1:7,3@2,4",
            Shown(Read(header + Row("7") + Row("7") + Row("") + Row("0")))
        );

        static string Row(string line) => $"1,{line},p,1,2010-12-01 08:26,1\n";
    }

    [Fact]
    public void A_post_holds_2000_lines()
    {
        var items = Read(
                "Invoice,StockCode,Quantity,Date,Price\n"
                    + string.Concat(Enumerable.Range(0, 4001).Select(_ => "1,p,1,2010-12-01 08:26,1\n"))
            )
            .Cast<CsvPurchase>()
            .ToArray();
        Assert.Equal([2000, 2000, 1], items.Select(post => post.Purchase.Lines.Count));
        Assert.Equal(
            Enumerable.Range(1, 4001),
            items.SelectMany(post => post.Purchase.Lines).Select(line => line.Line)
        );
    }

    [Theory]
    [InlineData("x")]
    [InlineData("😀")]
    [InlineData("\"\"")]
    public void A_post_holds_256_KiB(string character)
    {
        var description = string.Concat(Enumerable.Repeat(character, 490));
        var items = Read(
                Header
                    + string.Concat(Enumerable.Range(0, 1000).Select(_ => Row("1", description: $"\"{description}\"")))
            )
            .Cast<CsvPurchase>()
            .ToArray();
        Assert.True(items.Length > 1);
        Assert.Equal(1000, items.Sum(post => post.Purchase.Lines.Count));
        Assert.All(items, post => Assert.Empty(PurchaseReader.ReadPosted(Posted(post.Purchase), Rules).Errors));
        // Cut no sooner than needed.
        Assert.All(items.SkipLast(1), post =>
            Assert.InRange(Posted(post.Purchase).Length, 230_000, PurchaseLimits.MaxPostedBytes)
        );
    }

    [Fact]
    public void A_line_over_100000_is_rejected()
    {
        var items = Read(
            "Invoice,StockCode,Quantity,Date,Price\n"
                + string.Concat(Enumerable.Range(0, 100_001).Select(_ => "1,p,1,2010-12-01 08:26,1\n"))
        );
        Assert.Equal("!100002 line:out_of_range", Shown(items.OfType<CsvRejectedRow>()));
        Assert.Equal(100_000, items.OfType<CsvPurchase>().Sum(post => post.Purchase.Lines.Count));
    }

    [Fact]
    public void The_public_file_is_read_whole()
    {
        Assert.SkipUnless(SharedData.OnlineRetail is not null, SharedData.Absent);
        using var reader = PurchaseCsvReader.Open(SharedData.OnlineRetail, Rules);
        var items = reader.Read().ToArray();
        Assert.Empty(items.OfType<CsvRejectedRow>());
        var posts = items.Cast<CsvPurchase>().ToArray();
        var lines = posts
            .SelectMany(post =>
                post.Purchase.Lines.Select(line => (post.Purchase.PurchaseId, post.Purchase.CustomerId, Line: line))
            )
            .ToArray();
        Assert.Equal(16_985, lines.Length);
        Assert.Equal(16_985, lines.Select(line => (line.PurchaseId, line.Line.Line)).Distinct().Count());
        Assert.Equal(757, posts.Select(post => post.Purchase.PurchaseId).Distinct().Count());
        Assert.Equal(
            "280766.48",
            lines.Sum(line => line.Line.Quantity * line.Line.UnitPrice).ToString("0.####", CultureInfo.InvariantCulture)
        );
        Assert.Equal(125_476, lines.Sum(line => line.Line.Quantity));
        Assert.Equal(6_025, lines.Count(line => line.CustomerId is null));
        Assert.All(posts, post => Assert.Empty(PurchaseReader.ReadPosted(Posted(post.Purchase), Rules).Errors));
    }
}
