using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;
using Pos.Ui.Quarantine;
using Xunit;

namespace Pos.Tests.Ui.Quarantine;

[Fast]
public sealed class QuarantineEntryPageTests : UiTest
{
    private const string Raw =
        """{"purchase_id":"till-1","lines":[{"product_id":"a","quantity":0,"unit_price":2.50}]}""";
    private const string Errors =
        """[{"field":"lines[0].quantity","code":"out_of_range","message":"is 0"},{"field":"currency","code":"required","message":"is missing"}]""";
    private const string Valid = """{"valid":true,"errors":[]}""";
    private static readonly string s_invalid = $$"""{"valid":false,"errors":{{Errors}}}""";

    private readonly ScriptedService _processor = new();
    private readonly FakeTimeProvider _time = new();

    public QuarantineEntryPageTests()
    {
        Services.AddSingleton(new ProcessorClient(_processor.Http));
        Services.AddSingleton<TimeProvider>(_time);
        _processor.Answer("/quarantine/1/validate", s_invalid);
    }

    [Fact]
    public void The_bytes_are_shown_with_each_error_marked_and_the_mark_is_linked()
    {
        var page = RenderEntry(Entry());

        Assert.Equal(Raw, page.Find("pre").TextContent);
        Assert.Equal(
            ["2:{", "1:0"],
            page.FindAll("mark").Select(mark => $"{mark.GetAttribute("data-errors")}:{mark.TextContent}")
        );
        Assert.Equal(
            ["/quarantine/1#error-1", "/quarantine/1#error-2"],
            page.FindAll("a.place").Select(link => link.GetAttribute("href"))
        );
        Assert.Equal("line 1, column 63, byte 62", page.Find("a.place").TextContent);
        Assert.Equal("Breaks a rule: till-1", page.Find("h1").TextContent);
    }

    [Fact]
    public async Task A_text_is_held_against_the_contract_once_its_writer_pauses_and_only_then_replayed()
    {
        var page = RenderEntry(Entry());
        page.WaitForState(() => page.Find("#validation").TextContent.Contains("2 reasons", StringComparison.Ordinal));
        // laid out, and each number as it was
        Assert.Contains("\"unit_price\": 2.50", page.Find("textarea").GetAttribute("value"), StringComparison.Ordinal);
        Assert.True(Button(page, "Replay").HasAttribute("disabled"));

        _processor.Answer("/quarantine/1/validate", Valid);
        _processor.Answer("/quarantine/1/replay", """{"id":"1","state":"replayed"}""");
        var asked = _processor.Requests.Count;
        var first = page.Find("textarea").InputAsync(new() { Value = "{\"first" });
        Assert.True(Button(page, "Replay").HasAttribute("disabled"));
        var second = page.Find("textarea").InputAsync(new() { Value = "{\"second\"" });
        await first;
        _time.Advance(TimeSpan.FromSeconds(1));
        await second;
        Assert.Equal(
            ["POST /quarantine/1/validate {\"text\":\"{\\u0022second\\u0022\"}"],
            _processor.Requests.Skip(asked)
        );

        _processor.Answer(
            "/quarantine/1",
            Entry(state: "replayed", replayText: "{\"purchase_id\":\"till-1b\"}\n{\"purchase_id\":\"till-2\"}\n")
        );
        await Button(page, "Replay").ClickAsync(new());
        Assert.Contains("Replayed: it is in the stores now.", page.Markup, StringComparison.Ordinal);
        Assert.Equal(
            ["/?purchase=till-1b", "/?purchase=till-2"],
            page.FindAll("[aria-labelledby=outcome-title] a").Select(link => link.GetAttribute("href"))
        );
        Assert.Empty(page.FindAll("textarea"));
    }

    [Fact]
    public async Task What_the_desk_refuses_is_told_and_the_text_stays()
    {
        _processor.Answer("/quarantine/1/validate", Valid);
        _processor.Answer(
            "/quarantine/1/replay",
            """{"detail":"With these lines the purchase would exceed the 400 KB of a DynamoDB item."}""",
            HttpStatusCode.Conflict
        );
        var page = RenderEntry(Entry());
        page.WaitForState(() => !Button(page, "Replay").HasAttribute("disabled"));
        await Button(page, "Replay").ClickAsync(new());

        Assert.Contains("exceed the 400 KB", page.Find("[role=alert]").Text(), StringComparison.Ordinal);
        Assert.Contains("till-1", page.Find("textarea").GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_without_errors_of_its_own_is_replayed_as_it_is_until_somebody_changes_it()
    {
        _processor.Answer("/quarantine/1/validate", Valid);
        _processor.Answer("/quarantine/1/replay", """{"id":"1","state":"replayed"}""");
        var page = RenderEntry(Entry(reason: "item_too_large", errors: "[]"));
        page.WaitForState(() => !Button(page, "Replay").HasAttribute("disabled"));
        await Button(page, "Replay").ClickAsync(new());
        Assert.Contains("POST /quarantine/1/replay {\"text\":null}", _processor.Requests);
    }

    [Theory]
    [InlineData("retries_exhausted", false, "Replay it as it is", true)]
    [InlineData("invalid_purchase", true, "Go on with the replay", false)]
    public async Task A_text_that_nobody_can_change_any_more_is_only_replayed(
        string reason,
        bool begun,
        string button,
        bool canBeDiscarded
    )
    {
        _processor.Answer(
            "/quarantine/1/replay",
            """{"detail":"A store cannot be reached now."}""",
            HttpStatusCode.ServiceUnavailable
        );
        var page = RenderEntry(Entry(reason: reason, begun: begun));
        Assert.Empty(page.FindAll("textarea"));
        Assert.Equal(canBeDiscarded, page.FindAll("details").Count == 1);

        await Button(page, button).ClickAsync(new());
        Assert.Contains("A store cannot be reached now.", page.Find("[role=alert]").Text(), StringComparison.Ordinal);
        Assert.Contains("POST /quarantine/1/replay {\"text\":null}", _processor.Requests);
    }

    [Fact]
    public async Task It_is_discarded_with_a_note()
    {
        _processor.Answer("/quarantine/1/discard", """{"id":"1","state":"discarded"}""");
        var page = RenderEntry(Entry());
        await page.Find("details form").SubmitAsync();
        Assert.DoesNotContain(_processor.Requests, request => request.Contains("discard", StringComparison.Ordinal));
        await page.Find("details input").InputAsync(new() { Value = " a test of the till " });
        _processor.Answer("/quarantine/1", Entry(state: "discarded", note: "a test of the till"));
        await page.Find("details form").SubmitAsync();

        Assert.Contains("POST /quarantine/1/discard {\"note\":\"a test of the till\"}", _processor.Requests);
        Assert.Contains(
            "a test of the till",
            page.Find("[aria-labelledby=outcome-title]").TextContent,
            StringComparison.Ordinal
        );
        Assert.Empty(page.FindAll("textarea, details"));
    }

    [Fact]
    public void An_entry_that_is_not_there_is_no_error_of_the_page()
    {
        var page = Render<QuarantineEntryPage>(parameters => parameters.Add(p => p.Id, "no-such"));
        page.WaitForState(() => page.Markup.Contains("The entry is not there", StringComparison.Ordinal));
    }

    private IRenderedComponent<QuarantineEntryPage> RenderEntry(string entry)
    {
        _processor.Answer("/quarantine/1", entry);
        var page = Render<QuarantineEntryPage>(parameters => parameters.Add(p => p.Id, "1"));
        page.WaitForElement("pre");
        return page;
    }

    private static IElement Button(IRenderedComponent<QuarantineEntryPage> page, string text) =>
        page.FindAll("fluent-button").Single(button => button.TextContent.Trim() == text);

    private static string Entry(
        string state = "open",
        string reason = "invalid_purchase",
        bool begun = false,
        string errors = Errors,
        string? replayText = null,
        string? note = null
    ) =>
        $$"""
            {"summary":{{QuarantinePageTests.Entry(
                "1",
                "till-1",
                state,
                reason,
                begun
            )}},"errors":{{errors}},"text":{{JsonSerializer.Serialize(Raw)}},"base64":null,"invalid_utf8_at":null,
             "replay_text":{{JsonSerializer.Serialize(replayText)}},"note":{{JsonSerializer.Serialize(
                note
            )}},"decided_at":{{(state is "open" ? "null" : "\"2026-03-04T06:00:00Z\"")}}}
            """;
}
