using AngleSharp.Dom;
using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;
using Pos.Ui.Quarantine;
using Xunit;

namespace Pos.Tests.Ui.Quarantine;

[Fast]
public sealed class QuarantinePageTests : UiTest
{
    private const string Counts =
        """{"reasons":[{"reason":"invalid_json","open":1,"replayed":2,"discarded":0},{"reason":"invalid_purchase","open":3,"replayed":0,"discarded":4}],"complete":true}""";
    private readonly ScriptedService _processor = new();

    public QuarantinePageTests()
    {
        Services.AddSingleton(new ProcessorClient(_processor.Http));
        _processor.Answer("/quarantine/counts", Counts);
    }

    [Fact]
    public void Reasons_are_told_with_their_counts_and_lead_to_their_entries()
    {
        _processor.Answer("/quarantine?state=open&limit=50", Page(null, Entry("3", "till-3"), Entry("2", null)));
        var page = Render<QuarantinePage>();

        page.WaitForElement("table");
        Assert.Equal(
            ["All reasons4", "Not JSON1", "Breaks a rule3"],
            page.FindAll("nav[aria-label=Reasons] a").Select(link => link.TextContent)
        );
        Assert.Equal(
            ["/quarantine", "/quarantine?reason=invalid_json", "/quarantine?reason=invalid_purchase"],
            page.FindAll("nav[aria-label=Reasons] a").Select(Target)
        );
        Assert.Equal(["/quarantine/3", "/quarantine/2"], page.FindAll("tbody a").Select(Target));
        Assert.Equal(["till-3", "no readable id"], page.FindAll("tbody a").Select(link => link.TextContent));
        Assert.Contains(
            "lines[0].quantity is 0 and 1 more",
            string.Join(
                ' ',
                page.Find("tbody tr").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            ),
            StringComparison.Ordinal
        );
        Assert.Empty(page.FindAll("nav.pages"));
    }

    [Fact]
    public void The_url_says_reason_state_and_page()
    {
        _processor.Answer(
            "/quarantine?reason=invalid_purchase&state=discarded&limit=50&cursor=7",
            Page("3", Entry("6", "till-6"))
        );
        Services
            .GetRequiredService<NavigationManager>()
            .NavigateTo("/quarantine?reason=invalid_purchase&state=discarded&cursor=7");
        var page = Render<QuarantinePage>();

        page.WaitForElement("table");
        Assert.Equal(
            ["All reasons4", "Not JSON0", "Breaks a rule4"],
            page.FindAll("nav[aria-label=Reasons] a").Select(link => link.TextContent)
        );
        Assert.Equal(
            [
                "/quarantine?reason=invalid_purchase&state=discarded",
                "/quarantine?reason=invalid_purchase&state=discarded&cursor=3",
            ],
            page.FindAll("nav.pages a").Select(Target)
        );
        page.Find("select").Change("all");
        Assert.EndsWith(
            "/quarantine?reason=invalid_purchase&state=all",
            Services.GetRequiredService<NavigationManager>().Uri,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_empty_quarantine_is_good_news_and_an_empty_page_may_have_a_next_one()
    {
        _processor.Answer("/quarantine?state=open&limit=50", Page("9"));
        var page = Render<QuarantinePage>();
        page.WaitForState(() => page.FindAll("h2").Any(title => title.TextContent == "None among these"));
        Assert.Equal(["/quarantine?cursor=9"], page.FindAll("nav.pages a").Select(Target));

        _processor.Answer("/quarantine?state=open&limit=50", Page(null));
        _processor.Answer("/quarantine/counts", """{"reasons":[],"complete":true}""");
        page.FindAll("fluent-button").Single(button => button.TextContent.Trim() == "Refresh").Click();
        page.WaitForState(() => page.FindAll("h2").Any(title => title.TextContent == "Nothing is in quarantine"));
    }

    [Fact]
    public void While_the_processor_is_away_the_page_says_so_and_shows_all_when_it_is_back()
    {
        _processor.IsAway = true;
        var page = Render<QuarantinePage>();
        page.WaitForState(() =>
            page.Markup.Contains("The processor service does not answer.", StringComparison.Ordinal)
        );

        _processor.IsAway = false;
        _processor.Answer("/quarantine?state=open&limit=50", Page(null, Entry("3", "till-3")));
        page.FindAll("fluent-button").Single(button => button.TextContent.Trim() == "Try again").Click();
        page.WaitForElement("tbody a");
    }

    [Fact]
    public void All_of_a_reason_are_replayed_page_by_page_after_a_question_and_the_refused_are_named()
    {
        const string Path = "/quarantine/replay";
        _processor.Answer(
            Path,
            """{"results":[{"id":"a","outcome":"replayed","detail":null,"errors":null},{"id":"b","outcome":"invalid","detail":null,"errors":[{"field":"lines[0].quantity","code":"out_of_range","message":"is 0"}]}],"next_cursor":null,"unavailable":null}"""
        );
        var ended = 0;
        var bulk = Render<BulkReplay>(parameters =>
            parameters
                .Add(p => p.Code, "invalid_purchase")
                .Add(p => p.Open, 2)
                .Add(p => p.OnDone, EventCallback.Factory.Create(this, () => ended++))
        );

        bulk.Find("fluent-button").Click();
        Assert.Empty(_processor.Requests);
        Assert.Contains("Replay 2 entries as they are?", bulk.Markup, StringComparison.Ordinal);
        bulk.Find("fluent-button").Click();

        bulk.WaitForElement("[data-result=bulk]");
        Assert.Equal("1 replayed, 1 refused", bulk.Find("h2").TextContent);
        Assert.Equal("/quarantine/b", Target(bulk.Find("li a")));
        Assert.Equal("lines[0].quantity is 0", bulk.Find("li span").TextContent);
        Assert.Equal(
            ["POST /quarantine/replay {\"reason\":\"invalid_purchase\",\"limit\":10,\"cursor\":null}"],
            _processor.Requests
        );
        Assert.Equal(1, ended);
    }

    [Fact]
    public void Replay_of_all_stops_where_a_store_is_away_and_says_what_is_done()
    {
        _processor.Answer(
            "/quarantine/replay",
            """{"results":[{"id":"a","outcome":"replayed","detail":null,"errors":null}],"next_cursor":"a","unavailable":"Firehose refused 1 records"}"""
        );
        var bulk = Render<BulkReplay>(parameters =>
            parameters.Add(p => p.Code, "retries_exhausted").Add(p => p.Open, 2)
        );
        bulk.Find("fluent-button").Click();
        bulk.Find("fluent-button").Click();

        bulk.WaitForElement("[data-result=bulk]");
        Assert.Equal("1 replayed, 0 refused", bulk.Find("h2").TextContent);
        Assert.Contains("Firehose refused 1 records", bulk.Find("[role=alert]").Text(), StringComparison.Ordinal);
        Assert.Single(_processor.Requests);
    }

    private static string? Target(IElement link) => link.GetAttribute("href");

    private static string Page(string? next, params string[] entries) =>
        $$"""{"entries":[{{string.Join(',', entries)}}],"next_cursor":{{(next is null ? "null" : $"\"{next}\"")}} }""";

    internal static string Entry(
        string id,
        string? purchaseId,
        string state = "open",
        string reason = "invalid_purchase",
        bool begun = false
    ) =>
        $$"""
            {"id":"{{id}}","reason":"{{reason}}","state":"{{state}}","replay_begun":{{(
                begun ? "true" : "false"
            )}},"purchase_id":{{(purchaseId is null ? "null" : $"\"{purchaseId}\"")}},
             "shard_id":"shardId-0","sequence_number":"{{id}}","ordinal":0,"arrived_at":"2026-03-04T05:06:07Z","quarantined_at":"2026-03-04T05:06:08Z","raw_bytes":12,"errors":2,
             "first_error":{"field":"lines[0].quantity","code":"out_of_range","message":"is 0"} }
            """;
}
