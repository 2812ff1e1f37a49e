using System.Text.Json.Nodes;
using Xunit;

namespace Pos.Tests.Ingest;

/// <summary>
/// 1,000 valid purchases and 100 invalid ones, each with another error, sent 110 a request as JSON and as NDJSON.
/// </summary>
internal static class GoodAndBad
{
    private static readonly (string Json, string? PurchaseId, string Field, string Code)[] s_bad = [.. Bad().Take(100)];

    public static IReadOnlyList<string> GoodIds { get; } =
    [.. Enumerable.Range(0, 1000).Select(i => $"good-{i}").Order(StringComparer.Ordinal)];

    public static async Task PostAsync(IngestServer ingest)
    {
        Assert.Equal(100, s_bad.Select(bad => bad.Json).Distinct().Count());
        var (accepted, lines) = (0, 0);
        var rejected = new List<(string? PurchaseId, string Field, string Code)>();
        for (var request = 0; request < 10; request++)
        {
            // Ten valid purchases and an invalid one, ten times.
            var items = Enumerable
                .Range(request * 10, 10)
                .SelectMany(i =>
                    Enumerable
                        .Range(i * 10, 10)
                        .Select(good => IngestServer.Purchase($"good-{good}", lines: 2))
                        .Append(s_bad[i].Json)
                )
                .ToArray();
            var answer =
                request % 2 == 0
                    ? await ingest.PostAsync(IngestServer.Array(items))
                    : await ingest.PostAsync(string.Join('\n', items), IngestServer.Ndjson);
            Assert.Equal(207, answer.Status);
            Assert.Equal(
                Enumerable.Range(0, 10).Select(i => (i * 11) + 10),
                answer.Rejected.Select(item => item.Index)
            );
            accepted += answer.Accepted;
            lines += answer.Lines;
            rejected.AddRange(answer.Rejected.Select(item => (item.PurchaseId, item.Field, item.Code)));
        }
        Assert.Equal((1000, 2000), (accepted, lines));
        Assert.Equal(s_bad.Select(bad => (bad.PurchaseId, bad.Field, bad.Code)), rejected);
    }

    private static IEnumerable<(string Json, string? PurchaseId, string Field, string Code)> Bad()
    {
        var id = 0;
        string[] notText = ["7", "true", "[]", "{}"];
        string[] notNumber = ["\"6\"", "true", "[]"];

        yield return ("7", null, "", "wrong_type");
        yield return ("\"text\"", null, "", "wrong_type");
        yield return ("null", null, "", "wrong_type");
        yield return ("[]", null, "", "wrong_type");
        yield return ("{}", null, "purchase_id", "required");
        foreach (
            var (value, code) in new[]
            {
                ("null", "required"),
                ("\"\"", "empty"),
                ($"\"{new string('9', 65)}\"", "too_long"),
                ("\"a b\"", "invalid_characters"),
                ("\"a/b\"", "invalid_characters"),
                ("\"é\"", "invalid_characters"),
            }
        )
            yield return Header("purchase_id", value, code);
        foreach (var field in new[] { "customer_id", "store_id", "country" })
        {
            yield return Header(field, $"\"{new string('x', 65)}\"", "too_long");
            yield return Header(field, "\"a\\u0007b\"", "invalid_characters");
        }
        yield return Header("customer_id", "\"\"", "empty");
        foreach (var field in new[] { "purchase_id", "customer_id", "store_id", "country", "currency", "purchased_at" })
        foreach (var value in notText)
            yield return Header(field, value, "wrong_type");
        foreach (var value in new[] { "\"gbp\"", "\"GB\"", "\"GBPX\"", "\"G P\"" })
            yield return Header("currency", value, "invalid_format");
        foreach (
            var (value, code) in new[]
            {
                ("null", "required"),
                ("\"yesterday\"", "invalid_format"),
                ("\"2010-13-01T00:00:00Z\"", "invalid_format"),
                ("\"2010-02-30T00:00:00Z\"", "invalid_format"),
                ("\"1989-12-31T23:59:59Z\"", "out_of_range"),
                ("\"2999-01-01T00:00:00Z\"", "out_of_range"),
            }
        )
            yield return Header("purchased_at", value, code);
        yield return Header("lines", "null", "required");
        yield return Header("lines", "{}", "wrong_type");
        yield return Header("lines", "[]", "empty");
        yield return Header("total", "15.30", "unknown_field");
        yield return Header("ingested_at", "\"2010-12-01T08:26:00Z\"", "unknown_field");
        yield return Header(
            "lines",
            $"[{string.Join(',', Enumerable.Repeat("""{"product_id":"A","quantity":1,"unit_price":1}""", 2001))}]",
            "too_long"
        );
        yield return (
            """{"purchase_id":"twice","purchase_id":"twice","purchased_at":"2010-12-01T08:26:00Z","""
                + """ "lines":[{"product_id":"A","quantity":1,"unit_price":1}]}""",
            "twice",
            "purchase_id",
            "duplicate"
        );

        foreach (
            var (value, code) in new[]
            {
                ("0", "out_of_range"),
                ("-1", "out_of_range"),
                ("100001", "out_of_range"),
                ("1.5", "too_precise"),
            }
        )
            yield return Line("line", value, code);
        foreach (
            var (value, code) in new[]
            {
                ("null", "required"),
                ("\"\"", "empty"),
                ($"\"{new string('x', 65)}\"", "too_long"),
                ("\" A\"", "invalid_characters"),
                ("\"A\\u0000\"", "invalid_characters"),
            }
        )
            yield return Line("product_id", value, code);
        yield return Line("description", $"\"{new string('x', 501)}\"", "too_long");
        yield return Line("description", "\"\\u0000\"", "invalid_characters");
        foreach (
            var (value, code) in new[]
            {
                ("null", "required"),
                ("0", "out_of_range"),
                ("1000001", "out_of_range"),
                ("-1000001", "out_of_range"),
                ("1.5", "too_precise"),
            }
        )
            yield return Line("quantity", value, code);
        foreach (
            var (value, code) in new[]
            {
                ("null", "required"),
                ("0.00001", "too_precise"),
                ("100000000.0001", "out_of_range"),
                ("-100000001", "out_of_range"),
                ("1e30", "out_of_range"),
            }
        )
            yield return Line("unit_price", value, code);
        foreach (var field in new[] { "line", "quantity", "unit_price" })
        foreach (var value in notNumber)
            yield return Line(field, value, "wrong_type");
        foreach (var field in new[] { "product_id", "description", "purchased_at" })
        foreach (var value in notText)
            yield return Line(field, value, "wrong_type");
        yield return Line("purchased_at", "\"noon\"", "invalid_format");
        yield return Line("sku", "\"A\"", "unknown_field");

        (string, string?, string, string) Header(string field, string value, string code)
        {
            var purchase = JsonNode.Parse(IngestServer.Purchase($"bad-{++id}"))!.AsObject();
            purchase[field] = JsonNode.Parse(value);
            return (
                purchase.ToJsonString(),
                purchase["purchase_id"] is JsonValue text && text.TryGetValue(out string? purchaseId)
                    ? purchaseId
                    : null,
                field,
                code
            );
        }

        (string, string?, string, string) Line(string field, string value, string code)
        {
            var purchase = JsonNode.Parse(IngestServer.Purchase($"bad-{++id}", lines: 2))!.AsObject();
            purchase["lines"]![1]![field] = JsonNode.Parse(value);
            return (purchase.ToJsonString(), $"bad-{id}", $"lines[1].{field}", code);
        }
    }
}
