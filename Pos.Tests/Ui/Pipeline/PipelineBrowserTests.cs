using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Pos.Tests.EndToEnd;
using Pos.Tests.Ui.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Pos.Tests.Ui.Pipeline;

/// <summary>The pipeline of the running system, as an operator sees it.</summary>
[SystemTest]
public sealed class PipelineBrowserTests(RunningSystem system, Chromium chromium)
{
    private const int Lines = 500;

    [Theory]
    [MemberData(nameof(View.All), MemberType = typeof(View))]
    public async Task Posted_purchases_are_seen_in_the_counters_and_the_stores_are_compared(View view)
    {
        await using var visit = await Visit.StartAsync(system, chromium, view, "/pipeline");
        var page = visit.Page;
        await Expect(page.Locator("li.stage")).ToHaveCountAsync(9);
        await Expect(page.Locator("li.stage[data-state=Running]")).ToHaveCountAsync(8); // All but the tills.
        var before = new Dictionary<string, long>();
        foreach (var counter in (string[])["accepted", "lake", "lookup", "warehouse"])
            before[counter] = await CountAsync(page, counter);

        await PostAsync($"pipeline-{view}");
        foreach (var (counter, count) in before)
            await Wait.UntilAsync(async () => await CountAsync(page, counter) >= count + Lines, counter);

        await visit.Button("Compare the stores").ClickAsync();
        await Expect(page.Locator(".verdict")).ToContainTextAsync("The three stores");
        await visit.PhotographAsync("pipeline-compared");
        // What the bar lies over, axe takes for text on the bar.
        await page.EvaluateAsync("scrollTo(0, 0)");
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("pipeline");
    }

    [Fact]
    public async Task Paused_page_stands_still_until_it_goes_on_also_as_a_link()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/pipeline?paused=true");
        var stamp = visit.Page.Locator(".stamp time");
        var stood = await stamp.GetAttributeAsync("datetime");
        await Expect(visit.Page.Locator(".stamp")).ToContainTextAsync("As it was at");
        await visit.Button("Go on").ClickAsync();
        await Expect(stamp).Not.ToHaveAttributeAsync("datetime", stood!);
        await Expect(visit.Page).ToHaveURLAsync(new Uri(visit.Ui, "/pipeline").ToString());
    }

    private static async Task<long> CountAsync(IPage page, string counter)
    {
        var text = page.Locator($"[data-counter={counter}]");
        await Expect(text).Not.ToHaveTextAsync("–");
        return long.Parse(await text.InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }

    private async Task PostAsync(string id)
    {
        using var ingest = new HttpClient { BaseAddress = await system.UrlAsync("ingest") };
        using var answer = await ingest.PostAsJsonAsync(
            "/purchases",
            new JsonObject
            {
                ["purchase_id"] = id,
                ["purchased_at"] = "2025-06-01T10:00:00Z",
                ["lines"] = new JsonArray([
                    .. Enumerable
                        .Range(1, Lines)
                        .Select(line =>
                            (JsonNode)
                                new JsonObject
                                {
                                    ["product_id"] = $"P{line}",
                                    ["quantity"] = 1,
                                    ["unit_price"] = 0.5,
                                }
                        ),
                ]),
            }
        );
        answer.EnsureSuccessStatusCode();
    }
}
