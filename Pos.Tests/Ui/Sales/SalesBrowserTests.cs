using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Pos.Tests.EndToEnd;
using Pos.Tests.Ui.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Pos.Tests.Ui.Sales;

/// <summary>The sales, as people use them: the sample's spring.</summary>
[SystemTest]
public sealed class SalesBrowserTests(RunningSystem system, Chromium chromium)
{
    private const string Spring = "from=2025-03-01&to=2025-05-31";

    [Theory]
    [MemberData(nameof(View.All), MemberType = typeof(View))]
    public async Task Sales_are_filtered_and_their_total_is_the_API_s(View view)
    {
        await using var visit = await Visit.StartAsync(system, chromium, view, $"/sales?{Spring}");
        await AssertNetAsync(visit, "");
        await visit.Page.GetByLabel("Country").SelectOptionAsync("Germany");
        await Expect(visit.Page).ToHaveURLAsync(new Uri(visit.Ui, $"/sales?{Spring}&country=Germany").ToString());
        await Expect(visit.Page).ToHaveTitleAsync("Sales in Germany · Pos");
        await AssertNetAsync(visit, "&country=Germany");

        await visit.Page.GoBackAsync();
        await AssertNetAsync(visit, "");
        await Expect(visit.Page.Locator(".rz-column-series path").First).ToBeAttachedAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("sales");
    }

    [Fact]
    public async Task What_the_chart_counts_is_one_click_away_down_to_the_receipt()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, $"/sales?{Spring}&grain=month");
        await visit.Page.GetByText("As a table").ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "March 2025" }).ClickAsync();
        await Expect(visit.Page).ToHaveURLAsync(new Uri(visit.Ui, "/sales?from=2025-03-01&to=2025-03-31").ToString());
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Net sales by day" })).ToBeVisibleAsync();

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Purchases", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Purchases behind the sales" }))
            .ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("sales-purchases");
        await visit.Page.Locator("tbody a").First.ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Article)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_long_list_is_fetched_and_rendered_as_far_as_it_is_scrolled()
    {
        await using var visit = await Visit.StartAsync(
            system,
            chromium,
            View.Desktop,
            "/sales/purchases?from=2025-01-01&to=2025-12-31"
        );
        var rows = visit.Page.Locator("tbody a");
        await Expect(rows.First).ToBeVisibleAsync();
        Assert.True(await rows.CountAsync() < 150, "All rows are rendered.");
        // The sample's first purchase is the last of more than a page.
        await Wait.UntilAsync(
            async () =>
            {
                await visit.Page.EvaluateAsync("window.scrollTo(0, document.documentElement.scrollHeight)");
                return await rows.Last.TextContentAsync() == "800001";
            },
            "the list's end"
        );
        Assert.True(await rows.CountAsync() < 150, "All rows are rendered.");
    }

    [Fact]
    public async Task A_column_of_the_chart_is_clicked_at()
    {
        await using var visit = await Visit.StartAsync(
            system,
            chromium,
            View.Desktop,
            "/sales?from=2025-03-01&to=2025-05-31&grain=month"
        );
        var chart = visit.Page.Locator(".rz-chart svg");
        await Expect(chart.Locator("text", new() { HasText = "Apr 2025" })).ToBeVisibleAsync();
        var box = (await chart.BoundingBoxAsync())!;
        await chart.ClickAsync(
            new()
            {
                Position = new() { X = box.Width / 2, Y = box.Height * 0.75f },
            }
        );
        await Expect(visit.Page).ToHaveURLAsync(new Uri(visit.Ui, "/sales?from=2025-04-01&to=2025-04-30").ToString());
    }

    [Fact]
    public async Task A_chart_is_a_CSV_too()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, $"/sales?{Spring}&grain=month");
        var csv = await visit.Page.RunAndWaitForDownloadAsync(() =>
            visit.Page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).First.ClickAsync()
        );
        Assert.Equal("sales-by-month.csv", csv.SuggestedFilename);
        var lines = await File.ReadAllLinesAsync((await csv.PathAsync())!);
        Assert.Equal("month,currency,purchases,lines,units,gross,returns,net", lines[0]);
        Assert.StartsWith("2025-03-01,GBP,", lines[1], StringComparison.Ordinal);
        Assert.Equal(4, lines.Length);
    }

    /// <summary>The page follows what is loaded meanwhile, and so does the API.</summary>
    private async Task AssertNetAsync(Visit visit, string filter)
    {
        using var http = new HttpClient();
        var summary = new Uri(await system.UrlAsync("lookup"), $"/sales/summary?from=2025-03-01&to=2025-06-01{filter}");
        var net = visit
            .Page.Locator(".figure", new() { Has = visit.Page.GetByText("Net", new() { Exact = true }) })
            .Locator(".value");
        await Wait.UntilAsync(
            async () =>
            {
                var answer = JsonNode.Parse(await http.GetStringAsync(summary))!;
                return await net.TextContentAsync()
                    == "£" + ((decimal)answer["net"]!).ToString("N2", CultureInfo.InvariantCulture);
            },
            "the page to show the API's net sales"
        );
    }
}
