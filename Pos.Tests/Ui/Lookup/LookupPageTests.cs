using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Pos.Ui.Lookup;
using Xunit;

namespace Pos.Tests.Ui.Lookup;

[SystemTest]
public sealed class LookupPageTests : UiTest, IAsyncLifetime
{
    private const string Purchase = """
        {"purchase_id":"536365","customer_id":"17850","store_id":null,"purchased_at":"2010-12-01T08:26:00Z","country":"United Kingdom","currency":"GBP",
         "ingested_at":"2026-03-04T05:06:07Z","units":5,"net_value":12.745,"lines":[
         {"line":1,"product_id":"85123A","description":"<b>HEART</b>","quantity":6,"unit_price":2.55},
         {"line":2,"product_id":"22423","description":null,"quantity":-1,"unit_price":2.555}]}
        """;
    private const string Customer = """
        {"purchases":[{"purchase_id":"536365","customer_id":"17850","store_id":null,"purchased_at":"2010-12-01T08:26:00Z","country":"France","currency":"EUR","line_count":2,"units":5,"net_value":12.5}],"next_cursor":null}
        """;

    private ScriptedServices _services = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await ScriptedServices.StartAsync();
        Services.AddSingleton(_services.Lookup).AddSingleton(_services.Processor).AddSingleton(TimeProvider.System);
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_purchase_is_a_receipt_with_its_returns_marked_and_its_text_as_text()
    {
        _services.Answer("/purchases/536365", Purchase);
        var page = await ShowAsync("q=536365", "article");
        Assert.Equal(["536365"], page.FindAll("article h2 .id").Select(id => id.TextContent));
        Assert.Single(page.FindAll("tr.return .mark"));
        Assert.Empty(page.FindAll("b"));
        Assert.Contains("£2.555", page.Markup, StringComparison.Ordinal);
        Assert.Equal(
            ["£15.30", "-£2.56", "5", "£12.75"],
            page.FindAll("dl.totals dd").Select(total => total.TextContent)
        );
        Assert.Equal("exports/purchases/536365.csv", page.Find("article a[download]").GetAttribute("href"));
    }

    [Fact]
    public async Task A_customer_is_a_list_with_totals()
    {
        _services
            .Answer("/customers/17850/purchases", Customer)
            .Answer(
                "/customers/17850/totals",
                """{"totals":[{"currency":"EUR","purchases":1,"units":5,"gross":15,"returns":-2.5,"net":12.5}]}"""
            );
        var page = await ShowAsync("q=17850", "dl.totals");
        await Wait.UntilAsync(() => page.FindAll("tbody tr td a").Count > 0);
        Assert.Equal("/?purchase=536365", page.Find("tbody tr td a").GetAttribute("href"));
        Assert.Contains("€12.50", page.Find("tbody").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("536365 17850")]
    [InlineData("17850, 536365")]
    public async Task Both_ids_find_the_customers_purchase_in_either_order(string text)
    {
        _services.Answer("/customers/17850/purchases/536365", Purchase);
        var page = await ShowAsync($"q={Uri.EscapeDataString(text)}", "article");
        Assert.Contains("536365", page.Find("h2").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_of_both_shows_the_purchase_and_leads_to_the_customer()
    {
        _services.Answer("/purchases/17850", Purchase).Answer("/customers/17850/purchases", Customer);
        var page = await ShowAsync("q=17850", "article");
        Assert.Contains(page.FindAll("a"), link =>
            link.GetAttribute("href") == "/?customer=17850"
            && link.TextContent.Contains("customer", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(
        """{"purchase_id":"x","in_lookup_table":false,"lake_object":null,"in_stream":null,"quarantined":[],"complete":true}""",
        "Unknown",
        "Nobody has sent"
    )]
    [InlineData(
        """{"purchase_id":"x","in_lookup_table":false,"lake_object":null,"in_stream":{"shard_id":"shard-1","sequence_number":"7","arrived_at":"2026-03-04T05:06:07Z"},"quarantined":[],"complete":true}""",
        "On its way",
        "shard-1"
    )]
    [InlineData(
        """{"purchase_id":"x","in_lookup_table":false,"lake_object":null,"in_stream":null,"quarantined":[{"id":"82-s-7-000000","reason":"invalid_purchase","state":"open","replay_begun":false,"purchase_id":"x","shard_id":"s","sequence_number":"7","ordinal":0,"arrived_at":"2026-03-04T05:06:07Z","quarantined_at":"2026-03-04T05:06:08Z","raw_bytes":2,"errors":0,"first_error":null}],"complete":true}""",
        "Rejected",
        "/quarantine/82-s-7-000000"
    )]
    public async Task Not_found_says_which_of_the_three_it_is(string whereabouts, string title, string with)
    {
        _services.Answer("/purchases/x/whereabouts", whereabouts);
        var page = await ShowAsync("purchase=x", ".empty");
        Assert.Equal(title, page.Find(".empty h2").TextContent);
        Assert.Contains(with, page.Find(".empty").InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purchase_that_arrives_meanwhile_is_shown()
    {
        _services.Answer(
            "/purchases/536365/whereabouts",
            """{"purchase_id":"x","in_lookup_table":false,"lake_object":null,"in_stream":{"shard_id":"s","sequence_number":"7","arrived_at":"2026-03-04T05:06:07Z"},"quarantined":[],"complete":true}"""
        );
        var page = await ShowAsync("q=536365", ".empty");
        _services
            .Answer("/purchases/536365", Purchase)
            .Answer(
                "/purchases/536365/whereabouts",
                """{"purchase_id":"x","in_lookup_table":true,"lake_object":"purchases/x.json.gz","in_stream":null,"quarantined":[],"complete":true}"""
            );
        await Wait.UntilAsync(() => page.FindAll("article").Count > 0);
    }

    [Fact]
    public async Task A_service_that_is_away_is_told_and_leaves_the_page_as_it_is()
    {
        await _services.StopAsync();
        var page = await ShowAsync("q=536365", ".notice");
        Assert.Contains(
            "The lookup service does not answer.",
            page.Find(".notice").TextContent,
            StringComparison.Ordinal
        );
        Assert.NotEmpty(page.FindAll("form input[name=q]"));
    }

    [Fact]
    public async Task First_of_all_it_says_how_to_get_purchases()
    {
        _services.Answer(
            "/sales/freshness",
            """{"newest_event_at":null,"newest_load_at":null,"rows":0,"rows_not_merged":0,"oldest_not_merged_at":null}"""
        );
        var page = await ShowAsync("", ".empty");
        Assert.Contains("replay samples/purchases.csv", page.Find(".empty").TextContent, StringComparison.Ordinal);
    }

    private async Task<IRenderedComponent<LookupPage>> ShowAsync(string query, string until)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo($"/?{query}");
        var page = Render<LookupPage>();
        await Wait.UntilAsync(() => page.FindAll(until).Count > 0, until);
        return page;
    }
}
