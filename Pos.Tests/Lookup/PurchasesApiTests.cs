using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Pos.Tests.LocalCloud.Tables;
using Pos.Tests.Processor;
using Xunit;

namespace Pos.Tests.Lookup;

[SystemTest]
public sealed class PurchasesApiTests(SharedTables tableServer) : IAsyncLifetime
{
    private LookupServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await LookupServer.StartAsync(tableServer);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Purchase_matches_the_contract_with_exact_amounts()
    {
        await _server.StoreAsync(
            Samples.At(
                1,
                Samples.Purchase(lines: [Samples.Line(10, 3, 0.1m), Samples.Line(2, -1, 100_000_000m, null)])
            ),
            Samples.At(
                2,
                Samples.Purchase(
                    lines:
                    [
                        Samples.Line(1, 1_000_000, 0.0001m, "Ä \"quoted\" <b>") with
                        {
                            PurchasedAt = Samples.Arrival,
                        },
                    ]
                )
            )
        );

        var json = await _server.Client.GetStringAsync("/purchases/536365");

        Assert.Equal(
            """{"purchase_id":"536365","customer_id":"17850","store_id":null"""
                + ""","purchased_at":"2010-12-01T08:26:00Z","country":"United """
                + """Kingdom","currency":"GBP","ingested_at":"2026-03-04T05:06:07Z","units":1000002"""
                + ""","net_value":-99999899.7,"lines":[{"line":1,"product_id":"85123A","description":"Ä """
                + """\"quoted\" <b>","quantity":1000000,"unit_price":0.0001"""
                + ""","purchased_at":"2026-03-04T05:06:07Z"},{"line":2"""
                + ""","product_id":"85123A","description":null,"quantity":-1,"unit_price":100000000}"""
                + """,{"line":10,"product_id":"85123A","description":"WHITE HANGING HEART T-LIGHT """
                + """HOLDER","quantity":3,"unit_price":0.1}]}""",
            json
        );
    }

    [Theory]
    [InlineData("/purchases/nothing")]
    [InlineData("/customers/17850/purchases/nothing")]
    [InlineData("/customers/13047/purchases/536365")]
    [InlineData("/customers/17850/purchases/536366")]
    [InlineData("/purchases/0123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task Missing_purchases_and_those_of_other_customers_return_404_problem_details(string path)
    {
        await _server.StoreAsync(
            Samples.At(1, Samples.Purchase()),
            Samples.At(2, Samples.Purchase("536366", customer: null))
        );

        using var response = await _server.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Customers_own_purchase_is_found()
    {
        await _server.StoreAsync(Samples.At(1, Samples.Purchase()));

        var purchase = await _server.Client.GetFromJsonAsync<JsonElement>("/customers/17850/purchases/536365");

        Assert.Equal("536365", purchase.GetProperty("purchase_id").GetString());
    }

    [Fact]
    public async Task Pages_list_each_purchase_once_from_newest_to_oldest()
    {
        var start = new DateTimeOffset(2010, 12, 1, 8, 0, 0, TimeSpan.Zero);
        // Two purchases a minute, so that a page can end between two purchases of the same time.
        var posts = Enumerable
            .Range(0, 45)
            .Select(i => Samples.At(i, Samples.Purchase($"P{i:D2}") with { PurchasedAt = start.AddMinutes(i / 2) }))
            .ToArray();
        await _server.StoreAsync([.. posts, Samples.At(90, Samples.Purchase("other", "13047"))]);

        var read = new List<string>();
        string? cursor = null;
        var pages = 0;
        do
        {
            var next = cursor is null ? "" : $"&cursor={cursor}";
            var page = await _server.Client.GetFromJsonAsync<JsonElement>($"/customers/17850/purchases?limit=7{next}");
            read.AddRange(
                page.GetProperty("purchases").EnumerateArray().Select(p => p.GetProperty("purchase_id").GetString()!)
            );
            cursor = page.GetProperty("next_cursor").GetString();
            pages++;
        } while (cursor is not null);

        Assert.Equal(posts.Select(post => post.Accepted.Purchase.PurchaseId).Reverse(), read);
        Assert.Equal(7, pages);
    }

    [Fact]
    public async Task Listed_purchase_has_its_totals()
    {
        await _server.StoreAsync(
            Samples.At(1, Samples.Purchase(lines: [Samples.Line(1, 6, 2.55m), Samples.Line(2, -2, 3.39m)]))
        );

        var page = await _server.Client.GetStringAsync("/customers/17850/purchases");

        Assert.Equal(
            """{"purchases":[{"purchase_id":"536365","customer_id":"17850","store_id":null"""
                + ""","purchased_at":"2010-12-01T08:26:00Z","country":"United """
                + """Kingdom","currency":"GBP","line_count":2,"units":4,"net_value":8.52}],"next_cursor":null}""",
            page
        );
    }

    [Fact]
    public async Task Customer_without_purchases_has_an_empty_page()
    {
        var page = await _server.Client.GetStringAsync("/customers/nobody/purchases");

        Assert.Equal("""{"purchases":[],"next_cursor":null}""", page);
    }

    [Fact]
    public async Task Cursor_that_was_edited_truncated_or_taken_from_another_customer_returns_400()
    {
        await _server.StoreAsync(Samples.At(1, Samples.Purchase("A")), Samples.At(2, Samples.Purchase("B")));
        var page = await _server.Client.GetFromJsonAsync<JsonElement>("/customers/17850/purchases?limit=1");
        var cursor = page.GetProperty("next_cursor").GetString()!;

        foreach (
            var path in (string[])
                [
                    $"/customers/13047/purchases?cursor={cursor}",
                    $"/customers/17850/purchases?cursor={cursor[..^2]}",
                    $"/customers/17850/purchases?cursor={cursor}AAAA",
                    $"/customers/17850/purchases?cursor={(cursor[0] == 'A' ? 'B' : 'A')}{cursor[1..]}",
                    "/customers/17850/purchases?cursor=",
                    "/customers/17850/purchases?cursor=%00%C3%84",
                    $"/customers/17850/purchases?cursor={new string('A', 5000)}",
                ]
        )
        {
            using var response = await _server.Client.GetAsync(path);
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, path);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
        using var untouched = await _server.Client.GetAsync($"/customers/17850/purchases?cursor={cursor}");
        Assert.Equal(HttpStatusCode.OK, untouched.StatusCode);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task Limit_outside_1_to_100_returns_400(string limit)
    {
        using var response = await _server.Client.GetAsync($"/customers/17850/purchases?limit={limit}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Unavailable_table_returns_503_and_is_logged()
    {
        using var logs = new LogLines();
        using var nobody = new TcpListener(IPAddress.Loopback, 0); // Bound but not listening: refuses connections.
        nobody.Server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var server = await LookupServer.StartAsync(
            tableServer,
            url: $"http://{nobody.Server.LocalEndPoint}",
            logs: logs
        );

        foreach (
            var path in (string[])
                ["/purchases/536365", "/customers/17850/purchases", "/customers/17850/purchases/536365"]
        )
        {
            using var response = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
            Assert.NotNull(response.Headers.RetryAfter);
        }
        var line = Assert.Single(logs.All);
        Assert.StartsWith("Warning: Lookup table unavailable", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public async Task Health_reflects_the_table_and_the_API_is_described()
    {
        await using var without = await LookupServer.StartAsync(tableServer, table: "no-such-table");

        Assert.Equal(HttpStatusCode.OK, (await _server.Client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await without.Client.GetAsync("/health")).StatusCode);
        var document = await _server.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        Assert.Equal(3, document.GetProperty("paths").EnumerateObject().Count());
    }
}
