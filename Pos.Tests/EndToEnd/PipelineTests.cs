using System.Buffers;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Pos.Cli;
using Pos.Contracts;
using Pos.Tests.Cli;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>
/// Tests the way from CSV to all three stores with real processes. Each test sends different purchases.
/// </summary>
[SystemTest]
public sealed class PipelineTests(RunningSystem system) : IDisposable
{
    private static readonly string s_sample = Path.Combine(Repository.Folder, "samples", "purchases.csv");

    private readonly PosCommand _pos = new();

    public void Dispose() => _pos.Dispose();

    [Fact]
    public async Task All_three_stores_have_every_line_of_the_sample() =>
        await Arrival.AssertAsync(system, Line.FromCsv(s_sample), since: DateTimeOffset.MinValue);

    [Fact]
    public async Task A_week_of_real_purchases_arrives_completely_and_repeating_it_changes_nothing()
    {
        Assert.SkipWhen(SharedData.OnlineRetail is null, SharedData.Absent);
        var lines = Line.FromCsv(SharedData.OnlineRetail);
        Assert.Equal(16_985, lines.Count);

        for (var replay = 0; replay < 2; replay++)
        {
            var before = TimeProvider.System.GetUtcNow();
            var (exitCode, output, errors) = await _pos.RunAsync(
                "replay",
                SharedData.OnlineRetail,
                "--to",
                (await system.UrlAsync("ingest")).ToString()
            );
            Assert.Equal((ExitCodes.Done, ""), (exitCode, errors));
            Assert.Contains("16,985 lines accepted, 0 rows rejected", output, StringComparison.Ordinal);
            foreach (var stored in await Arrival.AssertAsync(system, lines, since: before))
            {
                Assert.Equal(125_476, stored.Sum(line => line.Quantity));
                Assert.Equal(280_766.48m, stored.Sum(line => line.Quantity * line.UnitPrice));
            }
        }
    }

    /// <summary>The sample has neither stores nor times of lines, so it cannot show that a store drops them.</summary>
    [Fact]
    public async Task Every_field_of_the_contract_is_in_all_three_stores()
    {
        var purchase = new Purchase
        {
            PurchaseId = "e2e-every-field",
            CustomerId = "e2e-customer",
            StoreId = "e2e-store",
            PurchasedAt = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero),
            Country = "Ireland",
            Currency = "EUR",
            Lines =
            [
                new()
                {
                    Line = 7,
                    ProductId = "BANK CHARGES",
                    Description = "Fee, \"card\"",
                    Quantity = -3,
                    UnitPrice = 0.1234m,
                    PurchasedAt = new(2026, 1, 31, 9, 31, 15, TimeSpan.Zero),
                },
            ],
        };
        AssertHasValues(purchase);
        AssertHasValues(purchase.Lines[0]);
        Assert.Empty(
            typeof(Purchase)
                .GetProperties()
                .Concat(typeof(PurchaseLine).GetProperties())
                .Select(field => field.Name)
                .Except(typeof(Line).GetProperties().Select(field => field.Name))
                .Except([nameof(Purchase.Lines), nameof(PurchaseLine.Line)]) // a Line is one, and calls it Number
        );

        var body = new ArrayBufferWriter<byte>();
        PurchaseWriter.WritePosted(body, purchase);
        using var http = new HttpClient();
        using var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new("application/json");
        using var response = await http.PostAsync(new Uri(await system.UrlAsync("ingest"), "/purchases"), content);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await Arrival.AssertAsync(system, [.. Line.From(purchase)], since: DateTimeOffset.MinValue);

        var found = await http.GetFromJsonAsync<JsonObject>(
            new Uri(await system.UrlAsync("lookup"), $"/purchases/{purchase.PurchaseId}")
        );
        Assert.DoesNotContain(found!, field => field.Value is null);
        Assert.DoesNotContain(found!["lines"]![0]!.AsObject(), field => field.Value is null);

        static void AssertHasValues<T>(T record) =>
            Assert.DoesNotContain(typeof(T).GetProperties(), field => field.GetValue(record) is null);
    }

    [Fact]
    public async Task A_posted_purchase_is_found_and_a_repeated_line_replaces_the_old_one()
    {
        using var http = new HttpClient();
        var (ingest, lookup) = (await system.UrlAsync("ingest"), await system.UrlAsync("lookup"));
        await PostAsync(quantity: 6);
        await PostAsync(quantity: 4);

        var found = await Arrival.EventuallyAsync(async () =>
        {
            using var response = await http.GetAsync(new Uri(lookup, "/customers/e2e-customer/purchases/e2e-1"));
            var purchase = response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonObject>() : null;
            return (int?)purchase?["lines"]?[0]?["quantity"] == 4 ? purchase : null;
        });
        Assert.Equal("17.64", found["net_value"]!.ToJsonString());
        using var others = await http.GetAsync(new Uri(lookup, "/customers/somebody-else/purchases/e2e-1"));
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);

        async Task PostAsync(int quantity)
        {
            using var response = await http.PostAsJsonAsync(
                new Uri(ingest, "/purchases"),
                new
                {
                    purchase_id = "e2e-1",
                    customer_id = "e2e-customer",
                    purchased_at = "2026-01-31T09:30:00Z",
                    currency = "EUR",
                    lines = new[]
                    {
                        new
                        {
                            product_id = "85123A",
                            quantity,
                            unit_price = 4.41m,
                        },
                    },
                }
            );
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
    }

    [Fact]
    public async Task Sales_of_the_sample_are_available_by_month()
    {
        var expected = Line.FromCsv(s_sample)
            .Where(line => line.PurchasedAt is { Year: 2025, Month: 3 })
            .Sum(line => line.Quantity * line.UnitPrice);
        using var http = new HttpClient();
        var series = new Uri(
            await system.UrlAsync("lookup"),
            "/sales/series?grain=month&from=2025-03-01&to=2025-04-01"
        );
        var month = await Arrival.EventuallyAsync(async () =>
        {
            var answer = await http.GetFromJsonAsync<JsonObject>(series);
            return answer!["points"]!.AsArray() is [{ } only] && (decimal)only["net"]! == expected ? answer : null;
        });
        Assert.Equal("2025-03-01", (string?)month["points"]![0]!["start"]);
        Assert.Equal("GBP", (string?)month["currency"]);
    }

    [Fact]
    public async Task The_lookup_service_reconciles_the_stores_and_reports_purchases_in_flight()
    {
        using var http = new HttpClient();
        var answer = await http.GetFromJsonAsync<JsonObject>(
            new Uri(await system.UrlAsync("lookup"), "/reconciliation")
        );
        Assert.Equal(
            ["lake", "lookup", "warehouse"],
            answer!["stores"]!["stores"]!.AsArray().Select(store => (string?)store!["store"])
        );
        Assert.All(["stream_records", "delivery_bytes", "quarantine_open"], name =>
            Assert.True((long?)answer["in_flight"]![name] >= 0, name)
        );
    }
}
