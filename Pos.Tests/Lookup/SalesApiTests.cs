using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pos.Tests.Postgres;
using Pos.Tests.Warehouse;
using Xunit;

namespace Pos.Tests.Lookup;

/// <summary>A warehouse with a few purchases, and the sales API.</summary>
public sealed class FewSales(PostgresServer postgres) : IAsyncLifetime
{
    internal WarehouseDatabase Warehouse { get; private set; } = null!;
    internal SalesServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Warehouse = await WarehouseDatabase.CreateAsync(postgres);
        Server = await SalesServer.StartAsync(Warehouse.ConnectionString);
        await Warehouse.LandAsync([
            At("1", 1, "2010-12-01T08:26", 6, 2.55m),
            At("1", 2, "2010-12-01T08:26", 2, 1.15m) with
            {
                ProductId = "22423",
                Description = null,
            },
            At("2", 1, "2010-12-01T23:59", 10, 1m) with
            {
                CustomerId = null,
                Country = "France",
                StoreId = "S1",
            },
            At("C3", 1, "2010-12-03T00:00", -1, 2.55m),
            At("4", 1, "2010-12-03T10:00", 1, 7m) with
            {
                Currency = "EUR",
                Country = "France",
            },
            At("0", 1, "2010-11-30T12:00", 4, 5m) with
            {
                CustomerId = "12345",
            },
            At("00", 1, "2009-12-02T12:00", 1, 8m),
        ]);
        await Warehouse.MergeAsync();

        static LandingRow At(string purchase, int line, string time, int quantity, decimal price) =>
            new(purchase, line, "1")
            {
                PurchasedAt = DateTime.SpecifyKind(DateTime.Parse(time, null), DateTimeKind.Utc),
                Quantity = quantity,
                UnitPrice = price,
            };
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Warehouse.DisposeAsync();
    }
}

[SystemTest]
public sealed class SalesApiTests(FewSales sales) : IClassFixture<FewSales>
{
    private readonly WarehouseDatabase _warehouse = sales.Warehouse;
    private readonly SalesServer _server = sales.Server;

    [Theory]
    [InlineData(
        "/sales/summary?from=2010-12-01&to=2010-12-03",
        """{"from":"2010-12-01T00:00:00Z","to":"2010-12-03T00:00:00Z","currency":"GBP","other_currencies":[]"""
            + ""","comparison":null,"gross":27.6,"returns":0,"net":27.6,"purchases":2,"units":18"""
            + ""","average_basket":13.8,"customers":1}"""
    )]
    [InlineData(
        "/sales/summary?from=2010-12-01",
        """{"from":"2010-12-01T00:00:00Z","to":null,"currency":"GBP","other_currencies":["EUR"]"""
            + ""","comparison":null,"gross":27.6,"returns":-2.55,"net":25.05,"purchases":3,"units":17"""
            + ""","average_basket":13.8,"customers":1}"""
    )]
    [InlineData(
        "/sales/summary?from=2010-12-02T23:00Z&to=2010-12-03T01:00Z",
        """{"from":"2010-12-02T23:00:00Z","to":"2010-12-03T01:00:00Z","currency":"GBP","other_currencies":[]"""
            + ""","comparison":null,"gross":0,"returns":-2.55,"net":-2.55,"purchases":1,"units":-1"""
            + ""","average_basket":null,"customers":1}"""
    )]
    [InlineData(
        "/sales/summary?currency=EUR&country=France&from=2010-12-03T12:00%2B02:00&to=2011-01-01",
        """{"from":"2010-12-03T10:00:00Z","to":"2011-01-01T00:00:00Z","currency":"EUR","other_currencies":[]"""
            + ""","comparison":null,"gross":7,"returns":0,"net":7,"purchases":1,"units":1,"average_basket":7"""
            + ""","customers":1}"""
    )]
    [InlineData(
        "/sales/summary?store=none",
        """{"from":null,"to":null,"currency":"GBP","other_currencies":[],"comparison":null,"gross":0"""
            + ""","returns":0,"net":0,"purchases":0,"units":0,"average_basket":null,"customers":0}"""
    )]
    [InlineData(
        "/sales/series?grain=day&from=2010-12-01&to=2010-12-03&store=S1",
        """{"grain":"day","currency":"GBP","points":[{"start":"2010-12-01","purchases":1,"lines":1,"units":10"""
            + ""","gross":10,"returns":0,"net":10},{"start":"2010-12-02","purchases":0,"lines":0,"units":0,"gross":0"""
            + ""","returns":0,"net":0}]}"""
    )]
    [InlineData(
        "/sales/series?grain=hour&from=2010-12-03T00:00Z&to=2010-12-03T02:00Z",
        """{"grain":"hour","currency":"GBP","points":[{"start":"2010-12-03T00:00:00Z","purchases":1,"lines":1"""
            + ""","units":-1,"gross":0,"returns":-2.55,"net":-2.55},{"start":"2010-12-03T01:00:00Z","purchases":0"""
            + ""","lines":0,"units":0,"gross":0,"returns":0,"net":0}]}"""
    )]
    [InlineData(
        "/sales/series?grain=month&from=2010-11-01",
        """{"grain":"month","currency":"GBP","points":[{"start":"2010-11-01","purchases":1,"lines":1,"units":4"""
            + ""","gross":20,"returns":0,"net":20},{"start":"2010-12-01","purchases":3,"lines":4,"units":17"""
            + ""","gross":27.6,"returns":-2.55,"net":25.05}]}"""
    )]
    [InlineData("/sales/series?currency=USD", """{"grain":"day","currency":"USD","points":[]}""")]
    [InlineData(
        "/sales/top?by=product&limit=2&from=2010-12-01",
        """{"currency":"GBP","items":[{"key":"85123A","description":"WHITE HANGING HEART T-LIGHT """
            + """HOLDER","units":15,"gross":25.3,"returns":-2.55,"net":22.75},{"key":"22423","units":2,"gross":2.3"""
            + ""","returns":0,"net":2.3}]}"""
    )]
    [InlineData(
        "/sales/top?by=country&measure=units&limit=1",
        """{"currency":"GBP","items":[{"key":"United Kingdom","units":12,"gross":45.6,"returns":-2.55,"net":43.05}]}"""
    )]
    [InlineData(
        "/sales/top?by=customer&limit=1&from=2010-11-30&to=2010-12-01",
        """{"currency":"GBP","items":[{"key":"12345","units":4,"gross":20,"returns":0,"net":20}]}"""
    )]
    [InlineData(
        "/sales/top?by=store",
        """{"currency":"GBP","items":[{"key":"S1","units":10,"gross":10,"returns":0,"net":10}]}"""
    )]
    [InlineData(
        "/sales/purchases?from=2010-12-02",
        """{"currency":"GBP","purchases":[{"purchase_id":"C3","hour":"2010-12-03T00:00:"""
            + """00Z","customer_id":"17850","store_id":null,"country":"United Kingdom","lines":1,"units":-1"""
            + ""","gross":0,"returns":-2.55,"net":-2.55}],"next_cursor":null}"""
    )]
    [InlineData(
        "/sales/purchases?product=22423",
        """{"currency":"GBP","purchases":[{"purchase_id":"1","hour":"2010-12-01T08:00:"""
            + """00Z","customer_id":"17850","store_id":null,"country":"United Kingdom","lines":2,"units":8"""
            + ""","gross":17.6,"returns":0,"net":17.6}],"next_cursor":null}"""
    )]
    [InlineData("/purchases/1/warehouse", """{"rows":2,"rows_not_merged":0}""")]
    [InlineData("/purchases/nobody-sent-it/warehouse", """{"rows":0,"rows_not_merged":0}""")]
    [InlineData(
        "/customers/12345/totals",
        """{"totals":[{"currency":"GBP","purchases":1,"units":4,"gross":20,"returns":0,"net":20}]}"""
    )]
    [InlineData("/customers/nobody/totals", """{"totals":[]}""")]
    [InlineData(
        "/sales/freshness",
        """{"newest_event_at":"2010-12-03T10:00:00Z","newest_load_at":null,"rows":7,"rows_not_merged":0"""
            + ""","oldest_not_merged_at":null}"""
    )]
    public async Task Figures_are_exact_and_by_event_time_in_half_open_periods(string path, string expected) =>
        Assert.Equal(expected, await _server.Client.GetStringAsync(path));

    [Theory]
    [InlineData(
        "previous",
        """{"from":"2010-11-29T00:00:00Z","to":"2010-12-01T00:00:00Z","change":{"gross":7.6,"returns":0"""
            + ""","net":7.6,"purchases":1,"units":14,"average_basket":-6.2,"customers":0}"""
            + ""","relative_change":{"gross":0.38,"returns":null,"net":0.38,"purchases":1,"units":3.5"""
            + ""","average_basket":-0.31,"customers":0},"gross":20,"returns":0,"net":20,"purchases":1,"units":4"""
            + ""","average_basket":20,"customers":1}"""
    )]
    [InlineData(
        "year",
        """{"from":"2009-12-01T00:00:00Z","to":"2009-12-03T00:00:00Z","change":{"gross":19.6,"returns":0"""
            + ""","net":19.6,"purchases":1,"units":17,"average_basket":5.8,"customers":0}"""
            + ""","relative_change":{"gross":2.45,"returns":null,"net":2.45,"purchases":1,"units":17"""
            + ""","average_basket":0.725,"customers":0},"gross":8,"returns":0,"net":8,"purchases":1,"units":1"""
            + ""","average_basket":8,"customers":1}"""
    )]
    public async Task Period_is_compared_with_the_previous_one_or_a_year_before(string compare, string expected)
    {
        var answer = JsonNode.Parse(
            await _server.Client.GetStringAsync($"/sales/summary?from=2010-12-01&to=2010-12-03&compare={compare}")
        )!;
        Assert.Equal(expected, answer["comparison"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/sales/summary?from=1.12.2010", "from", "2010")]
    [InlineData("/sales/summary?from=2010-12-01T08:26Z", "from", "full hour")]
    [InlineData("/sales/summary?to=0001-01-01", "to", "years")]
    [InlineData("/sales/summary?from=2010-12-02&to=2010-12-01", "to", "before from")]
    [InlineData("/sales/summary?from=2010-12-02&compare=year", "to", "required")]
    [InlineData("/sales/summary?from=2010-12-02&to=2010-12-03&compare=month", "compare", "previous, year")]
    [InlineData("/sales/summary?currency=pounds", "currency", "ISO 4217")]
    [InlineData("/sales/summary?contry=France", "contry", "unknown")]
    [InlineData("/sales/summary?country=France&country=Eire", "country", "more than once")]
    [InlineData("/sales/series?grain=week", "grain", "hour, day, month")]
    [InlineData("/sales/series?grain=1", "grain", "hour, day, month")]
    [InlineData("/sales/series?grain=hour&from=2000-01-01&to=2010-01-01", "grain", "36525")]
    [InlineData("/sales/top", "by", "required")]
    [InlineData("/sales/top?by=colour", "by", "product, country, store, customer")]
    [InlineData("/sales/top?by=product&measure=gross", "measure", "net, units")]
    [InlineData("/sales/top?by=product&limit=0", "limit", "1 to 1000")]
    [InlineData("/sales/purchases?limit=1001", "limit", "1 to 1000")]
    [InlineData("/sales/purchases?cursor=?", "cursor", "not the next_cursor")]
    [InlineData("/sales/purchases?cursor=bm9uZQ", "cursor", "not the next_cursor")]
    [InlineData("/sales/freshness?from=2010-12-01", "from", "unknown")]
    public async Task Invalid_parameters_return_400_with_parameter_and_reason(
        string path,
        string parameter,
        string reason
    )
    {
        using var response = await _server.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(parameter, problem.GetProperty("parameter").GetString());
        Assert.Contains(reason, problem.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains(parameter, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purchases_behind_the_sales_come_in_pages_and_add_up_to_them()
    {
        var ids = new List<string>();
        var net = 0m;
        for (string? cursor = null; ; )
        {
            var page = JsonNode.Parse(
                await _server.Client.GetStringAsync(
                    $"/sales/purchases?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}"
                )
            )!;
            ids.AddRange(page["purchases"]!.AsArray().Select(purchase => (string)purchase!["purchase_id"]!));
            net += page["purchases"]!.AsArray().Sum(purchase => (decimal)purchase!["net"]!);
            cursor = (string?)page["next_cursor"];
            if (cursor is null)
                break;
        }
        Assert.Equal(["C3", "2", "1", "0", "00"], ids);
        Assert.Equal((decimal)JsonNode.Parse(await _server.Client.GetStringAsync("/sales/summary"))!["net"]!, net);
    }

    [Fact]
    public async Task Values_are_parameters_and_never_SQL()
    {
        foreach (var filter in new[] { "country", "store" })
        {
            var answer = await _server.Client.GetStringAsync(
                $"/sales/summary?{filter}={Uri.EscapeDataString("'; DROP TABLE purchase_lines; --")}"
            );
            Assert.Contains("\"purchases\":0", answer, StringComparison.Ordinal);
        }
        Assert.Equal(7L, await _warehouse.ScalarAsync<long>("SELECT count(*) FROM purchase_lines"));
    }

    [Theory]
    [InlineData("Port=1", "cannot be reached")]
    [InlineData("Database=nobody_made_it", "not set up")]
    [InlineData("Options=-c statement_timeout=1", "took too long")]
    public async Task Unavailable_or_slow_warehouse_returns_503_with_a_reason_and_Retry_After(
        string change,
        string reason
    )
    {
        await using var server = await SalesServer.StartAsync($"{_warehouse.ConnectionString};{change}");
        // Take a lock that queries wait for: without it, they finish within the statement timeout.
        await using var connection = await _warehouse.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (
            var hold = new Npgsql.NpgsqlCommand(
                "LOCK TABLE purchase_slices, purchase_lines IN ACCESS EXCLUSIVE MODE",
                connection
            )
        )
            await hold.ExecuteNonQueryAsync();

        foreach (
            var path in new[]
            {
                "/sales/summary",
                "/sales/series",
                "/sales/top?by=product&from=2010-12-02",
                "/sales/freshness",
            }
        )
        {
            using var response = await server.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
            Assert.NotNull(response.Headers.RetryAfter?.Delta);
            var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            Assert.Contains(reason, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task API_description_lists_every_parameter()
    {
        var paths = JsonDocument
            .Parse(await _server.Client.GetStringAsync("/openapi/v1.json"))
            .RootElement.GetProperty("paths");
        Assert.Equal(["from", "to", "country", "store", "currency", "compare"], Names("/sales/summary"));
        Assert.Equal(["from", "to", "country", "store", "currency", "grain"], Names("/sales/series"));
        Assert.Equal(["from", "to", "country", "store", "currency", "by", "measure", "limit"], Names("/sales/top"));

        IEnumerable<string?> Names(string path) =>
            paths
                .GetProperty(path)
                .GetProperty("get")
                .GetProperty("parameters")
                .EnumerateArray()
                .Select(parameter => parameter.GetProperty("name").GetString());
    }
}
