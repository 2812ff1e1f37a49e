using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pos.Contracts;
using Xunit;
using static Pos.Contracts.PurchaseErrorCodes;
using static Pos.Tests.Contracts.PurchaseSamples;
using static Pos.Tests.Contracts.Readings;

namespace Pos.Tests.Contracts;

/// <summary>Tests every rule of the contract on both sides of its limit.</summary>
[Fast]
public sealed class PurchaseRulesTests
{
    [Theory]
    [InlineData("purchase_id", "\"\"", Empty)]
    [InlineData("purchase_id", "\"1\"", null)]
    [InlineData("purchase_id", "\"C536379.a_b-Z\"", null)]
    [InlineData("purchase_id", "\"536 365\"", InvalidCharacters)]
    [InlineData("purchase_id", "\"536365/1\"", InvalidCharacters)]
    [InlineData("purchase_id", "\"é\"", InvalidCharacters)]
    [InlineData("purchase_id", "\"1\\n\"", InvalidCharacters)]
    [InlineData("purchase_id", "\"\\ud800\"", InvalidCharacters)]
    [InlineData("purchase_id", "null", Required)]
    [InlineData("purchase_id", "536365", WrongType)]
    [InlineData("customer_id", "null", null)]
    [InlineData("customer_id", "\"\"", Empty)]
    [InlineData("customer_id", "\"Zoë 1\"", null)]
    [InlineData("customer_id", "\"a\\u0000\"", InvalidCharacters)]
    [InlineData("customer_id", "\"a\\u0085\"", InvalidCharacters)]
    [InlineData("customer_id", "17850", WrongType)]
    [InlineData("store_id", "\"\"", null)]
    [InlineData("store_id", "\"a\\tb\"", InvalidCharacters)]
    [InlineData("store_id", "{\"a\":[1,2]}", WrongType)]
    [InlineData("country", "\"EIRE\"", null)]
    [InlineData("country", "\"\\u0007\"", InvalidCharacters)]
    [InlineData("country", "[]", WrongType)]
    [InlineData("currency", "null", null)]
    [InlineData("currency", "\"EUR\"", null)]
    [InlineData("currency", "\"eur\"", InvalidFormat)]
    [InlineData("currency", "\"EU\"", InvalidFormat)]
    [InlineData("currency", "\"EURO\"", InvalidFormat)]
    [InlineData("currency", "\"É€R\"", InvalidFormat)]
    [InlineData("currency", "true", WrongType)]
    [InlineData("purchased_at", "null", Required)]
    [InlineData("purchased_at", "1291191960", WrongType)]
    [InlineData("purchased_at", "\"1990-01-01T00:00:00Z\"", null)]
    [InlineData("purchased_at", "\"1989-12-31T23:59:59.999999Z\"", OutOfRange)]
    [InlineData("purchased_at", "\"1990-01-01T00:59:59+01:00\"", OutOfRange)]
    [InlineData("purchased_at", "\"2026-03-02T12:00:00Z\"", null)]
    [InlineData("purchased_at", "\"2026-03-02T12:00:00.000001Z\"", OutOfRange)]
    [InlineData("purchased_at", "\"2026-03-02T10:00:01-02:00\"", OutOfRange)]
    [InlineData("purchased_at", "\"2010-12-01\"", InvalidFormat)]
    [InlineData("purchased_at", "\"12/1/2010 8:26\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-13-01T08:26:00Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2011-02-29T08:26:00Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T24:00:00Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T08:60:00Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T08:26:60Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T08:26:00+14:01\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T08:26:00+0\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T08:26:00.Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T08:26:00.1234567890Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"2010-12-01T08:26:00ZZ\"", InvalidFormat)]
    [InlineData("purchased_at", "\"0000-01-01T00:00:00Z\"", InvalidFormat)]
    [InlineData("purchased_at", "\"0001-01-01T00:00:00+14:00\"", InvalidFormat)]
    [InlineData("lines", "null", Required)]
    [InlineData("lines", "[]", Empty)]
    [InlineData("lines", "{}", WrongType)]
    public void A_header_field_is_checked_by_its_rule(string field, string json, string? code) =>
        Expect(Post(field, json), field, code);

    [Theory]
    [InlineData("line", "1", null)]
    [InlineData("line", "null", null)]
    [InlineData("line", "0", OutOfRange)]
    [InlineData("line", "-1", OutOfRange)]
    [InlineData("line", "100000", null)]
    [InlineData("line", "100001", OutOfRange)]
    [InlineData("line", "1.5", TooPrecise)]
    [InlineData("line", "99999999999999999999", OutOfRange)]
    [InlineData("line", "\"1\"", WrongType)]
    [InlineData("product_id", "\"\"", Empty)]
    [InlineData("product_id", "null", Required)]
    [InlineData("product_id", "\"BANK CHARGES\"", null)]
    [InlineData("product_id", "\" 85123A\"", InvalidCharacters)]
    [InlineData("product_id", "\"85123A \"", InvalidCharacters)]
    [InlineData("product_id", "\"85\\t123A\"", InvalidCharacters)]
    [InlineData("product_id", "\"85\\u200b123A\"", InvalidCharacters)]
    [InlineData("product_id", "\"85\\u2028123A\"", InvalidCharacters)]
    [InlineData("product_id", "85123", WrongType)]
    [InlineData("description", "null", null)]
    [InlineData("description", "\"\"", null)]
    [InlineData("description", "\" kept \\t as it came \\r\\n \"", null)]
    [InlineData("description", "\"a\\u0000b\"", InvalidCharacters)]
    [InlineData("description", "\"\\udc00\"", InvalidCharacters)]
    [InlineData("description", "1", WrongType)]
    [InlineData("quantity", "0", OutOfRange)]
    [InlineData("quantity", "-0", OutOfRange)]
    [InlineData("quantity", "0.0", OutOfRange)]
    [InlineData("quantity", "1", null)]
    [InlineData("quantity", "-1", null)]
    [InlineData("quantity", "6.0", null)]
    [InlineData("quantity", "6.5", TooPrecise)]
    [InlineData("quantity", "1e-1", TooPrecise)]
    [InlineData("quantity", "1000000", null)]
    [InlineData("quantity", "1000001", OutOfRange)]
    [InlineData("quantity", "-1000000", null)]
    [InlineData("quantity", "-1000001", OutOfRange)]
    [InlineData("quantity", "4294967297", OutOfRange)]
    [InlineData("quantity", "1e99999999999", OutOfRange)]
    [InlineData("quantity", "null", Required)]
    [InlineData("quantity", "\"6\"", WrongType)]
    [InlineData("unit_price", "0", null)]
    [InlineData("unit_price", "-11062.06", null)]
    [InlineData("unit_price", "0.0001", null)]
    [InlineData("unit_price", "0.00001", TooPrecise)]
    [InlineData("unit_price", "0.00010", null)]
    [InlineData("unit_price", "100000000", null)]
    [InlineData("unit_price", "100000000.0001", OutOfRange)]
    [InlineData("unit_price", "-100000000", null)]
    [InlineData("unit_price", "-100000000.0001", OutOfRange)]
    [InlineData("unit_price", "1e9", OutOfRange)]
    [InlineData("unit_price", "99999999.9999", null)]
    [InlineData("unit_price", "99999999.99999", TooPrecise)]
    // Utf8JsonReader.GetDecimal would give 2.5 and 0 for these.
    [InlineData("unit_price", "2.50000000000000000000000000000000001", TooPrecise)]
    [InlineData("unit_price", "1e-60", TooPrecise)]
    [InlineData("unit_price", "2.55000000000000000000000000000000000", null)]
    [InlineData("unit_price", "null", Required)]
    [InlineData("unit_price", "\"2.55\"", WrongType)]
    [InlineData("purchased_at", "null", null)]
    [InlineData("purchased_at", "\"2010-12-01T08:27:00+01:00\"", null)]
    [InlineData("purchased_at", "\"1989-12-31T23:59:59Z\"", OutOfRange)]
    [InlineData("purchased_at", "\"2026-03-02T12:00:01Z\"", OutOfRange)]
    [InlineData("purchased_at", "\"yesterday\"", InvalidFormat)]
    public void A_line_field_is_checked_by_its_rule(string field, string json, string? code)
    {
        var line = JsonNode.Parse(Posted(One()))!["lines"]![0]!.AsObject();
        line[field] = null;
        var text = line.ToJsonString().Replace($"\"{field}\":null", $"\"{field}\":{json}", StringComparison.Ordinal);
        Expect(
            Post("lines", $"[{{\"product_id\":\"p\",\"quantity\":1,\"unit_price\":1,\"line\":99999}},{text}]"),
            $"lines[1].{field}",
            code
        );
    }

    [Theory]
    [InlineData("purchase_id", 64)]
    [InlineData("customer_id", 64)]
    [InlineData("store_id", 64)]
    [InlineData("country", 64)]
    [InlineData("product_id", 64)]
    [InlineData("description", 500)]
    public void A_text_has_a_maximum_number_of_characters(string field, int max)
    {
        Assert.Null(ErrorOf(new string('x', max)));
        Assert.Equal(TooLong, ErrorOf(new string('x', max + 1))!.Code);
        if (field != "purchase_id")
        {
            // A character is a Unicode scalar value, even if it takes two UTF-16 code units.
            Assert.Null(ErrorOf(string.Concat(Enumerable.Repeat("😀", max))));
            Assert.Equal(TooLong, ErrorOf(string.Concat(Enumerable.Repeat("😀", max + 1)))!.Code);
        }

        PurchaseError? ErrorOf(string value)
        {
            var purchase = field switch
            {
                "purchase_id" => One() with { PurchaseId = value },
                "customer_id" => One() with { CustomerId = value },
                "store_id" => One() with { StoreId = value },
                "country" => One() with { Country = value },
                "product_id" => One(Line() with { ProductId = value }),
                _ => One(Line() with { Description = value }),
            };
            return PurchaseReader.ReadPosted(Posted(purchase), Rules).Errors.SingleOrDefault();
        }
    }

    [Fact]
    public void A_post_has_at_most_2000_lines()
    {
        Assert.Empty(
            PurchaseReader.ReadPosted(Posted(One([.. Enumerable.Range(1, 2000).Select(n => Short(n))])), Rules).Errors
        );
        Expect(
            PurchaseReader.ReadPosted(Posted(One([.. Enumerable.Range(1, 2001).Select(n => Short(n))])), Rules),
            "lines",
            TooLong
        );

        static PurchaseLine Short(int number) =>
            new()
            {
                Line = number,
                ProductId = "p",
                Quantity = 1,
                UnitPrice = 1,
            };
    }

    [Fact]
    public void A_post_has_at_most_256_KiB()
    {
        var text = Shape(One());
        var atLimit = Encoding.UTF8.GetBytes(text[..^1] + new string(' ', 256 * 1024 - text.Length) + "}");
        Assert.Empty(PurchaseReader.ReadPosted(atLimit, Rules).Errors);
        var reading = PurchaseReader.ReadPosted([.. atLimit, (byte)' '], Rules);
        Expect(reading, "", TooLong);
        Assert.Equal("536365", reading.PurchaseId);
    }

    [Fact]
    public void Lines_without_a_number_get_their_index_from_1()
    {
        var reading = Post("lines", Array("", "\"line\":7,", ""));
        Assert.Equal([1, 7, 3], reading.Accepted!.Purchase.Lines.Select(line => line.Line));
    }

    [Theory]
    [InlineData("", "\"line\":1,", 1)]
    [InlineData("\"line\":2,", "", 1)]
    [InlineData("\"line\":5,", "\"line\":5,", 1)]
    public void A_repeated_line_number_is_a_duplicate(string first, string second, int index) =>
        Expect(Post("lines", Array(first, second)), $"lines[{index}].line", Duplicate);

    [Fact]
    public void A_duplicate_is_found_in_any_order() =>
        Expect(
            Post("lines", Array("\"line\":9,", "\"line\":5,", "\"line\":7,", "\"line\":5,")),
            "lines[3].line",
            Duplicate
        );

    [Theory]
    [InlineData("2010-12-01T08:26", "2010-12-01T08:26:00Z")]
    [InlineData("2010-12-01 08:26:05", "2010-12-01T08:26:05Z")]
    [InlineData("2010-12-01T08:26:00+02:00", "2010-12-01T06:26:00Z")]
    [InlineData("2010-12-01T08:26:00-0330", "2010-12-01T11:56:00Z")]
    [InlineData("2010-12-01T08:26:00+14", "2010-11-30T18:26:00Z")]
    [InlineData("2010-12-01T08:26:00.5z", "2010-12-01T08:26:00.5Z")]
    [InlineData("2010-12-01T08:26:00.120000000", "2010-12-01T08:26:00.12Z")]
    [InlineData("2010-12-01T08:26:00.123456789Z", "2010-12-01T08:26:00.123456Z")]
    public void Times_become_UTC_to_the_microsecond(string sent, string kept)
    {
        var purchase = Post("purchased_at", $"\"{sent}\"").Accepted!.Purchase;
        Assert.Contains($"\"purchased_at\":\"{kept}\"", Shape(purchase));
        Assert.Equal(TimeSpan.Zero, purchase.PurchasedAt.Offset);
    }

    [Theory]
    [InlineData("2.50", "2.5")]
    [InlineData("100.0000", "100")]
    [InlineData("1e2", "100")]
    [InlineData("25E-1", "2.5")]
    [InlineData("-0.0", "0")]
    [InlineData("0e99", "0")]
    [InlineData("0.3", "0.3")]
    public void Prices_keep_their_exact_value_and_no_trailing_zeros(string sent, string kept)
    {
        var reading = Post("lines", $"[{{\"product_id\":\"p\",\"quantity\":1,\"unit_price\":{sent}}}]");
        Assert.Equal(kept, reading.Accepted!.Purchase.Lines[0].UnitPrice.ToString(CultureInfo.InvariantCulture));
        Assert.Contains($"\"unit_price\":{kept}}}", Shape(reading.Accepted.Purchase));
        Assert.Contains(
            $"\"unit_price\":{kept}}}",
            Shape(One(Line(1, decimal.Parse(kept, CultureInfo.InvariantCulture) * 1.00m)))
        );
    }

    [Fact]
    public void The_default_currency_comes_from_configuration()
    {
        var reading = PurchaseReader.ReadPosted(
            """
            {"purchase_id":"1","purchased_at":"2010-12-01T08:26:00Z",
             "lines":[{"product_id":"p","quantity":1,"unit_price":1}]}
            """u8,
            new PurchaseRules(Now, "EUR")
        );
        Assert.Equal("EUR", reading.Accepted!.Purchase.Currency);
    }

    [Theory]
    [InlineData("ingested_at", "\"2026-03-01T12:00:00Z\"")]
    [InlineData("traceparent", "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"")]
    public void Fields_that_ingest_adds_are_unknown_in_a_post(string field, string json) =>
        Expect(Post(field, json), field, UnknownField);

    [Theory]
    [InlineData("", "ingested_at", Required)]
    [InlineData(",\"ingested_at\":\"2010-11-30T08:26:00Z\"", null, null)]
    [InlineData(",\"ingested_at\":\"2010-11-30T08:25:59Z\"", "purchased_at", OutOfRange)]
    [InlineData(",\"ingested_at\":\"now\"", "ingested_at", InvalidFormat)]
    [InlineData(",\"ingested_at\":\"2026-03-01T12:00:00Z\",\"traceparent\":\"00-1\"", null, null)]
    [InlineData(",\"ingested_at\":\"2026-03-01T12:00:00Z\",\"traceparent\":null", null, null)]
    public void Accepted_purchases_have_a_time_of_acceptance(string stamps, string? field, string? code) =>
        Expect(
            PurchaseReader.ReadAccepted(Encoding.UTF8.GetBytes(Shape(One())[..^1] + stamps + "}")),
            field ?? "",
            code
        );

    private static string Array(params string[] starts) =>
        "["
        + string.Join(',', starts.Select(start => $"{{{start}\"product_id\":\"p\",\"quantity\":1,\"unit_price\":1}}"))
        + "]";
}
