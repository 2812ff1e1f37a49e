using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pos.Ui.Components;
using Pos.Ui.Sales;
using Xunit;

namespace Pos.Tests.Ui.Sales;

[SystemTest]
public sealed class SalesPageTests : UiTest, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private ScriptedServices _services = null!;

    public async ValueTask InitializeAsync()
    {
        _services = await ScriptedServices.StartAsync();
        AnswerFreshness(rows: 7);
        AnswerSummary(net: 100);
        _services
            .Answer(
                "/sales/series",
                """{"grain":"day","currency":"GBP","points":[{"start":"2025-12-31","purchases":2,"lines":3,"units":9,"gross":110,"returns":-10,"net":100}]}"""
            )
            .Answer(
                "/sales/top",
                """{"currency":"GBP","items":[{"key":"85123A","description":"HEART","units":9,"gross":110,"returns":-10,"net":100},{"key":"POST","units":1,"gross":0,"returns":0,"net":-5}]}"""
            );
        Services
            .AddSingleton(_services.Lookup)
            .AddSingleton(new SharedFreshness(_services.Lookup.FreshnessAsync, _time))
            .AddSingleton<TimeProvider>(_time)
            .AddScoped<Radzen.TooltipService>();
    }

    protected override async ValueTask DisposeAsyncCore()
    {
        await base.DisposeAsyncCore();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Each_figure_has_its_definition_and_its_change_against_the_span_before()
    {
        var page = await ShowAsync("/sales");
        var net = page.FindAll(".figure")[0];
        Assert.Equal("£100.00", net.QuerySelector(".value")!.TextContent);
        Assert.Contains("+25.0", net.QuerySelector(".change")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("11/02/2025", net.QuerySelector(".change")!.GetAttribute("title"), StringComparison.Ordinal);
        Assert.All(page.FindAll(".figure"), figure =>
            Assert.NotEmpty(figure.QuerySelector(".definition")!.TextContent)
        );
        Assert.Contains("nothing to compare with", page.FindAll(".figure")[2].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_is_what_the_URL_says()
    {
        await ShowAsync("/sales?from=2025-03-01&to=2025-03-31&country=France&store=S1&currency=EUR");
        foreach (var path in (string[])["/sales/summary", "/sales/series", "/sales/top"])
            Assert.Contains(_services.Asked, asked =>
                asked.StartsWith(
                    $"{path}?from=2025-03-01T00%3A00Z&to=2025-04-01T00%3A00Z&country=France&store=S1&currency=EUR",
                    StringComparison.Ordinal
                )
            );
    }

    [Fact]
    public async Task A_chart_is_a_table_too_and_its_rows_lead_to_what_they_count()
    {
        var page = await ShowAsync("/sales?country=France");
        Assert.Equal("/sales/purchases?country=France&product=85123A", page.Find(".ranks td a").GetAttribute("href"));
        await page.InvokeAsync(() => page.Find("details button").Click());
        Assert.EndsWith(
            "/sales?from=2025-12-31&to=2025-12-31&country=France",
            Navigation.Uri,
            StringComparison.Ordinal
        );
        Assert.Equal(
            "exports/sales/series.csv?from=2025-12-31T00%3A00Z&to=2026-01-01T00%3A00Z&country=France&grain=hour",
            await EventuallyAsync(() =>
                page.FindAll("a[href^='exports/sales/series']").SingleOrDefault()?.GetAttribute("href") is { } href
                && href.EndsWith("hour", StringComparison.Ordinal)
                    ? href
                    : null
            )
        );
    }

    [Fact]
    public async Task It_follows_what_is_new()
    {
        var page = await ShowAsync("/sales");
        AnswerFreshness(rows: 8);
        AnswerSummary(net: 200);
        await TickUntilAsync(() => page.Find(".figure .value").TextContent == "£200.00");
    }

    [Fact]
    public async Task Paused_it_asks_nothing()
    {
        var page = await ShowAsync("/sales?live=off");
        Assert.Contains("follow again", page.Find(".freshness a").TextContent, StringComparison.Ordinal);
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await page.InvokeAsync(() => { });
        }
        Assert.Single(_services.Asked, asked => asked == "/sales/freshness");
    }

    [Fact]
    public async Task Behind_another_tab_it_asks_nothing_and_seen_again_it_catches_up()
    {
        var page = await ShowAsync("/sales");
        var tab = page.FindComponent<TabVisibility>();
        await tab.InvokeAsync(() => tab.Instance.ChangedAsync(false));
        AnswerFreshness(rows: 8);
        AnswerSummary(net: 200);
        var asked = _services.Asked.Count;
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await page.InvokeAsync(() => { });
        }
        Assert.Equal(asked, _services.Asked.Count);

        await tab.InvokeAsync(() => tab.Instance.ChangedAsync(true));
        await Wait.UntilAsync(() => page.Find(".figure .value").TextContent == "£200.00");
    }

    [Fact]
    public async Task While_the_warehouse_is_away_the_figures_stay_and_are_called_stale()
    {
        var page = await ShowAsync("/sales");
        _services.Answer(
            "/sales/freshness",
            """{"detail":"The warehouse cannot be reached now."}""",
            StatusCodes.Status503ServiceUnavailable
        );
        await TickUntilAsync(() => page.FindAll(".stale").Count > 0);
        Assert.Equal("£100.00", page.Find(".figure .value").TextContent);
        AnswerFreshness(rows: 7);
        await TickUntilAsync(() => page.FindAll(".stale").Count == 0);
    }

    [Fact]
    public async Task What_was_never_there_is_not_called_stale()
    {
        _services.Answer(
            "/sales/freshness",
            """{"detail":"The warehouse cannot be reached now."}""",
            StatusCodes.Status503ServiceUnavailable
        );
        var page = Render<SalesPage>();
        await Wait.UntilAsync(() => page.FindAll(".notice").Count > 0);
        Assert.Empty(page.FindAll(".stale"));
    }

    [Fact]
    public async Task Where_nothing_has_arrived_both_pages_say_how_to_begin()
    {
        _services.Answer(
            "/sales/freshness",
            """{"newest_event_at":null,"newest_load_at":null,"rows":0,"rows_not_merged":0,"oldest_not_merged_at":null}"""
        );
        var (sales, purchases) = (Render<SalesPage>(), Render<SoldPurchasesPage>());
        foreach (var page in (IRenderedComponent<Microsoft.AspNetCore.Components.IComponent>[])[sales, purchases])
        {
            await Wait.UntilAsync(() => page.FindAll(".empty").Count > 0);
            Assert.Equal("/import", page.Find(".empty a").GetAttribute("href"));
        }
    }

    [Fact]
    public async Task A_part_that_cannot_be_had_leaves_the_others()
    {
        _services.Answer(
            "/sales/series",
            """{"detail":"The warehouse took too long for this answer."}""",
            StatusCodes.Status503ServiceUnavailable
        );
        var page = await ShowAsync("/sales");
        Assert.Contains("took too long", page.Find(".notice").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".figure"));
        Assert.NotEmpty(page.FindAll(".ranks table"));
    }

    private NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    private async Task<IRenderedComponent<SalesPage>> ShowAsync(string url)
    {
        Navigation.NavigateTo(url);
        var page = Render<SalesPage>();
        await Wait.UntilAsync(() => page.FindAll(".figure").Count > 0, "figures");
        return page;
    }

    /// <summary>Lets the clock run: a tick that nobody waits for yet is lost.</summary>
    private Task TickUntilAsync(Func<bool> holds) =>
        Wait.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(5));
                return holds();
            },
            "the page to follow"
        );

    private static async Task<string> EventuallyAsync(Func<string?> find)
    {
        string? found = null;
        await Wait.UntilAsync(() => (found = find()) is not null);
        return found!;
    }

    private void AnswerFreshness(int rows) =>
        _services.Answer(
            "/sales/freshness",
            $$"""{"newest_event_at":"2025-12-31T11:27:00Z","newest_load_at":"2026-03-04T05:00:00Z","rows":{{rows}},"rows_not_merged":0,"oldest_not_merged_at":null}"""
        );

    private void AnswerSummary(decimal net) =>
        _services.Answer(
            "/sales/summary",
            $$$$"""
            {"currency":"GBP","other_currencies":[],"gross":110,"returns":-10,"net":{{{{net}}}},"purchases":2,"units":9,"average_basket":55,"customers":1,"comparison":{
             "from":"2025-11-02T00:00:00Z","to":"2025-12-02T00:00:00Z","gross":80,"returns":0,"net":80,"purchases":2,"units":9,"average_basket":40,"customers":1,
             "change":{"net":20},"relative_change":{"gross":0.375,"returns":null,"net":0.25,"purchases":0,"units":0,"average_basket":0.375,"customers":0}}}
            """
        );
}
