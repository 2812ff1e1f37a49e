using System.Text;
using System.Text.Json;
using CsCheck;
using Pos.Contracts;
using Pos.Storage.Warehouse;
using Xunit;
using static Pos.Tests.Contracts.PurchaseSamples;

namespace Pos.Tests.Warehouse;

[Fast]
public sealed class WarehouseRowWriterTests
{
    private static readonly string s_position = Position.Create(
        "49590338271490256608559692538361571095921575989136588898",
        3
    );

    [Fact]
    public void A_row_has_the_time_of_its_line_or_else_of_the_purchase()
    {
        var accepted = new AcceptedPurchase(
            One(Line(), Line(2, -11062.0600m) with { Description = null, PurchasedAt = Utc("2010-12-01T08:27:00Z") }),
            Now
        );
        Assert.Equal(
            $$"""
            {"purchase_id":"536365","line":1,"customer_id":"17850","store_id":null,
            "purchased_at":"2010-12-01T08:26:00Z","country":"United Kingdom","currency":"GBP",
            "product_id":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":6,"unit_price":2.55,
            "ingested_at":"2026-03-01T12:00:00Z","position":"{{s_position}}"}|
            {"purchase_id":"536365","line":2,"customer_id":"17850","store_id":null,
            "purchased_at":"2010-12-01T08:27:00Z","country":"United Kingdom","currency":"GBP",
            "product_id":"85123A","description":null,"quantity":6,"unit_price":-11062.06,
            "ingested_at":"2026-03-01T12:00:00Z","position":"{{s_position}}"}|
            """.ReplaceLineEndings("").Replace('|', '\n'),
            Encoding.UTF8.GetString(Rows(accepted))
        );
    }

    [Fact]
    public void Every_row_has_every_column_in_order() =>
        AnyPurchase.Sample(
            purchase =>
            {
                var rows = NdjsonReader.Split(Rows(new AcceptedPurchase(purchase, Now))).ToArray();
                Assert.Equal(purchase.Lines.Count, rows.Length);
                foreach (var (row, line) in rows.Zip(purchase.Lines))
                {
                    using var json = JsonDocument.Parse(row.Utf8);
                    Assert.Equal(
                        WarehouseRowWriter.Columns,
                        json.RootElement.EnumerateObject().Select(column => column.Name)
                    );
                    Assert.Equal(line.Line, json.RootElement.GetProperty("line").GetInt32());
                    Assert.Equal(line.UnitPrice, json.RootElement.GetProperty("unit_price").GetDecimal());
                    Assert.Equal(line.Description, json.RootElement.GetProperty("description").GetString());
                }
            },
            iter: 100
        );

    private static byte[] Rows(AcceptedPurchase accepted) =>
        Bytes(output =>
        {
            for (var line = 0; line < accepted.Purchase.Lines.Count; line++)
                WarehouseRowWriter.WriteLine(output, accepted, line, s_position);
        });
}
