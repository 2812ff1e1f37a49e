using System.Text;
using System.Text.Json;
using CsCheck;
using Pos.Contracts;
using Xunit;
using static Pos.Tests.Contracts.PurchaseSamples;

namespace Pos.Tests.Contracts;

[Fast]
public sealed class PurchaseJsonTests
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    [Fact]
    public void A_purchase_is_written_in_the_format_of_the_contract() =>
        Assert.Equal(
            """
            {"purchase_id":"536365","customer_id":"17850","store_id":null,"purchased_at":"2010-12-01T08:26:00Z",
            "country":"United Kingdom","currency":"GBP","lines":[{"line":1,"product_id":"85123A",
            "description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":6,"unit_price":2.55}]}
            """.ReplaceLineEndings(""),
            Shape(One())
        );

    [Fact]
    public void An_accepted_purchase_is_one_line_with_time_of_acceptance_and_trace()
    {
        var accepted = new AcceptedPurchase(
            One(),
            Utc("2026-03-01T12:00:00.1234567Z"),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        );
        var text = Encoding.UTF8.GetString(Accepted(accepted));
        Assert.EndsWith(
            "],\"ingested_at\":\"2026-03-01T12:00:00.123456Z\","
                + "\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"}\n",
            text
        );
        Assert.DoesNotContain("traceparent", Encoding.UTF8.GetString(Accepted(accepted with { TraceParent = null })));
    }

    [Fact]
    public void A_posted_purchase_is_read_as_it_was_written() =>
        AnyPurchase.Sample(
            purchase =>
            {
                var reading = PurchaseReader.ReadPosted(Posted(purchase), Rules);
                Assert.Empty(reading.Errors);
                Assert.Equal(Shape(purchase), Shape(reading.Accepted!.Purchase));
                Assert.Equal(Now, reading.Accepted.IngestedAt);
                Assert.Equal(purchase.Lines, reading.Accepted.Purchase.Lines);
                Assert.Equal(purchase with { Lines = [] }, reading.Accepted.Purchase with { Lines = [] });
            },
            iter: 500
        );

    [Fact]
    public void An_accepted_purchase_is_read_as_it_was_written() =>
        AnyPurchase.Sample(
            purchase =>
            {
                var line = Accepted(new AcceptedPurchase(purchase, Now));
                var reading = PurchaseReader.ReadAccepted(line);
                Assert.Empty(reading.Errors);
                Assert.Equal(line, Accepted(reading.Accepted!));
            },
            iter: 500
        );

    [Fact]
    public void Removing_the_trace_gives_the_line_without_a_trace() =>
        AnyPurchase.Sample(
            purchase =>
            {
                var plain = Accepted(new AcceptedPurchase(purchase, Now))[..^1];
                var traced = Accepted(
                    new AcceptedPurchase(purchase, Now, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                )[..^1];
                Assert.Equal(plain[..^1], PurchaseWriter.WithoutTrace(plain).ToArray());
                Assert.Equal(plain[..^1], PurchaseWriter.WithoutTrace(traced).ToArray());
            },
            iter: 200
        );

    [Fact]
    public void Other_JSON_parsers_read_the_written_purchase() =>
        AnyPurchase.Sample(
            purchase =>
            {
                using var document = JsonDocument.Parse(Posted(purchase));
                var lines = document.RootElement.GetProperty("lines");
                Assert.Equal(
                    purchase.Lines.Select(line => line.Description),
                    lines.EnumerateArray().Select(line => line.GetProperty("description").GetString())
                );
                Assert.Equal(
                    purchase.Lines.Select(line => line.UnitPrice),
                    lines.EnumerateArray().Select(line => line.GetProperty("unit_price").GetDecimal())
                );
                Assert.Equal(
                    purchase.PurchasedAt,
                    document.RootElement.GetProperty("purchased_at").GetDateTimeOffset()
                );
            },
            iter: 200
        );

    [Fact]
    public void JSON_escapes_and_whitespace_do_not_change_the_purchase() =>
        AnyPurchase.Sample(
            purchase =>
            {
                using var document = JsonDocument.Parse(Posted(purchase));
                var indentedAndEscaped = JsonSerializer.SerializeToUtf8Bytes(document.RootElement, s_indented);
                Assert.Equal(
                    Shape(purchase),
                    Shape(PurchaseReader.ReadPosted(indentedAndEscaped, Rules).Accepted!.Purchase)
                );
            },
            iter: 200
        );

    [Fact]
    public void Text_is_escaped_only_where_JSON_requires_it() =>
        Assert.Contains(
            "\"£5 <b> 😀 \u2028 \\\"quoted\\\" back\\\\slash\\r\\n\\u0001\"",
            Shape(One(Line() with { Description = "£5 <b> 😀 \u2028 \"quoted\" back\\slash\r\n\u0001" }))
        );

    [Fact]
    public void Broken_bytes_are_rejected_without_an_exception() =>
        Gen.Select(AnyPurchase, Gen.Int[0, 10_000], Gen.Byte)
            .Sample(
                (purchase, at, with) =>
                {
                    var bytes = Posted(purchase);
                    bytes[at % bytes.Length] = with;
                    var reading = PurchaseReader.ReadPosted(bytes, Rules);
                    Assert.Equal(reading.Accepted is null, reading.Errors.Count > 0);
                    if (reading.Accepted is { } accepted)
                        Assert.Equal(
                            Shape(accepted.Purchase),
                            Shape(PurchaseReader.ReadPosted(Posted(accepted.Purchase), Rules).Accepted!.Purchase)
                        );
                    for (var end = 0; end < bytes.Length; end += 1 + bytes.Length / 20)
                        Assert.Null(PurchaseReader.ReadPosted(bytes.AsSpan(0, end), Rules).Accepted);
                },
                iter: 1000
            );

    [Fact]
    public void A_post_at_the_size_limit_fits_a_stream_line_after_acceptance()
    {
        // The shortest possible lines, to which acceptance adds the most.
        var lines = string.Join(
            ',',
            Enumerable.Repeat("""{"product_id":"p","quantity":1e6,"unit_price":1e8}""", PurchaseLimits.MaxLines)
        );
        var text = $$"""{"purchase_id":"1","purchased_at":"2010-12-01 08:26","lines":[{{lines}}]}""";
        var accepted = PurchaseReader.ReadPosted(Encoding.UTF8.GetBytes(text), Rules).Accepted!;
        Assert.InRange(
            Accepted(accepted).Length,
            text.Length,
            text.Length + PurchaseLimits.MaxAcceptedBytes - PurchaseLimits.MaxPostedBytes
        );
        Assert.Empty(PurchaseReader.ReadAccepted(Accepted(accepted)).Errors);
    }
}
