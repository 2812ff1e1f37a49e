using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;
using Pos.Ui.Aws;
using Pos.Ui.Components;
using Pos.Ui.Pipeline;
using Xunit;

namespace Pos.Tests.Ui.Pipeline;

[Fast]
public sealed class PipelinePageTests : UiTest
{
    private readonly FakeTimeProvider _time = new(PipelineAnswers.Now);
    private readonly FakeServices _services = new();
    private readonly ComparingServer _lookup = new();

    public PipelinePageTests()
    {
        Services.AddSingleton<TimeProvider>(_time);
        Services.AddSingleton<IPipelineServices>(_services);
        Services.AddSingleton<PipelineMonitor>();
        Services.AddSingleton(
            new StoreReconciliation(new HttpClient(_lookup) { BaseAddress = new Uri("http://lookup") })
        );
    }

    [Fact]
    public void Where_functions_do_the_work_it_asks_nobody_and_leads_to_what_watches_them()
    {
        Services.Configure<AwsOptions>(aws => aws.Dashboard = "https://cloudwatch.example/pos-dev");
        var asked = 0;
        _services.Processor = _ => Task.FromResult(PipelineAnswers.Silent<ProcessorStatus>($"processor {++asked}"));

        var page = Render<PipelinePage>();
        _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("https://cloudwatch.example/pos-dev", page.Find("section.empty a").GetAttribute("href"));
        Assert.Empty(page.FindAll("li.stage"));
        Assert.Equal(0, asked);
    }

    [Fact]
    public async Task Behind_another_tab_it_asks_nobody_and_seen_again_it_goes_on()
    {
        var page = Render<PipelinePage>();
        page.WaitForAssertion(() => Assert.Equal(9, page.FindAll("ol.picture > li.stage").Count));
        var tab = page.FindComponent<TabVisibility>();
        await tab.InvokeAsync(() => tab.Instance.ChangedAsync(false));
        var asked = 0;
        _services.Processor = _ => Task.FromResult(PipelineAnswers.Silent<ProcessorStatus>($"processor {++asked}"));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, asked);

        await tab.InvokeAsync(() => tab.Instance.ChangedAsync(true));
        await Wait.UntilAsync(() => page.Find("li.processor").GetAttribute("data-state") is "Away");
    }

    [Fact]
    public async Task Stages_are_a_list_and_a_service_that_goes_away_is_told_to_who_cannot_see_it()
    {
        var page = Render<PipelinePage>();
        page.WaitForAssertion(() => Assert.Equal(9, page.FindAll("ol.picture > li.stage").Count));
        Assert.Equal("1,234", page.Find("[data-counter=accepted]").TextContent);
        Assert.Equal("", page.Find("[role=status]").TextContent);

        _services.Processor = _ => Task.FromResult(PipelineAnswers.Silent<ProcessorStatus>("processor"));
        await Wait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            return page.Find("[role=status]").TextContent.Contains("Processor: away.", StringComparison.Ordinal);
        });
        Assert.Equal("Away", page.Find("li.processor").GetAttribute("data-state"));
        Assert.Equal("Running", page.Find("li.ingest").GetAttribute("data-state")); // The rest goes on.
        Assert.Equal("–", page.Find("[data-counter=lake]").TextContent);
    }

    [Fact]
    public void Paused_page_asks_nobody_and_its_address_says_so()
    {
        var page = Render<PipelinePage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("li.stage")));
        page.Find(".head fluent-button").Click();
        page.WaitForAssertion(() =>
            Assert.EndsWith(
                "/pipeline?paused=true",
                Services.GetRequiredService<NavigationManager>().Uri,
                StringComparison.Ordinal
            )
        );

        var shown = page.WaitForElement(".stamp");
        Assert.Contains("As it was at", shown.TextContent, StringComparison.Ordinal);
        var asked = _services.Asked;
        for (var second = 0; second < 5; second++)
            _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(asked, _services.Asked);
    }

    [Fact]
    public void Comparison_tells_its_result_in_words_and_in_the_counters()
    {
        var page = Render<PipelinePage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("li.stage")));
        Compare(page);
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("progress")));

        _lookup.Answer(PipelineAnswers.Different);
        page.WaitForAssertion(() =>
            Assert.Contains(
                "The three stores differ in 250 lines.",
                page.Find(".verdict").TextContent,
                StringComparison.Ordinal
            )
        );
        Assert.Contains("The first 2 differences", page.Markup, StringComparison.Ordinal);
        Assert.Contains("not in the warehouse", page.Markup, StringComparison.Ordinal);
        Assert.Equal(
            3,
            page.FindAll("tr")
                .Count(row => row.QuerySelector("[data-counter]") is not null && row.Children[2].TextContent == "1,234")
        );
    }

    [Fact]
    public void Comparison_that_is_cancelled_ends_at_the_service_too()
    {
        var page = Render<PipelinePage>();
        Compare(page);
        page.WaitForElement("progress");
        page.FindAll("fluent-button")
            .Single(button => button.TextContent.Contains("Cancel", StringComparison.Ordinal))
            .Click();
        page.WaitForAssertion(() =>
            Assert.Contains("The comparison was cancelled.", page.Markup, StringComparison.Ordinal)
        );
        Assert.True(_lookup.WasCancelled);
    }

    [Fact]
    public void Comparison_that_another_one_is_in_the_way_of_says_so()
    {
        var page = Render<PipelinePage>();
        Compare(page);
        _lookup.Refuse("The stores are being compared for another request: ask again when that has ended.");
        page.WaitForAssertion(() =>
            Assert.Contains(
                "being compared for another request",
                page.Find("[role=alert]").TextContent,
                StringComparison.Ordinal
            )
        );
    }

    private static void Compare(IRenderedComponent<PipelinePage> page) =>
        page.FindAll("fluent-button")
            .Single(button => button.TextContent.Contains("Compare", StringComparison.Ordinal))
            .Click();
}
