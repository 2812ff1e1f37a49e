using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Microsoft.Playwright;
using Pos.Storage;
using Pos.Tests.EndToEnd;
using Pos.Tests.Ui.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Pos.Tests.Ui.Quarantine;

/// <summary>
/// The quarantine, as somebody at a shop mends what a till has broken. Each test puts records of its own to the stream,
/// past ingest.
/// </summary>
[SystemTest]
public sealed class QuarantineBrowserTests(RunningSystem system, Chromium chromium)
{
    [Theory]
    [MemberData(nameof(View.All), MemberType = typeof(View))]
    public async Task A_purchase_is_mended_replayed_and_found_in_lookup(View view)
    {
        var id = $"ui-mend-{view}";
        await PutAsync(
            $$"""{"purchase_id":"{{id}}","customer_id":"ui-mend","purchased_at":"2026-01-31T09:30:00Z","country":"France","currency":"euro","lines":[{"product_id":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":0,"unit_price":2.55}]}"""
        );
        await using var visit = await Visit.StartAsync(system, chromium, view, "/quarantine?reason=invalid_purchase");
        var page = visit.Page;
        var entry = page.GetByRole(AriaRole.Link, new() { Name = id, Exact = true });
        await RefreshUntilAsync(visit, entry);
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("quarantine");

        await entry.ClickAsync();
        await Expect(page).ToHaveTitleAsync($"Breaks a rule: {id} · Quarantine · Pos");
        await Expect(page.Locator("mark")).ToHaveTextAsync(["{", "\"euro\"", "0"]);
        var text = page.GetByLabel("Text to be replayed");
        await Expect(page.Locator("#validation")).ToContainTextAsync("2 reasons why it cannot be replayed");
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("quarantine-entry");

        await text.FillAsync((await text.InputValueAsync()).Replace("\"euro\"", "\"EUR\"", StringComparison.Ordinal));
        await Expect(page.Locator("#validation")).ToContainTextAsync("1 reason why it cannot be replayed");
        await page.Locator("#validation .place").ClickAsync();
        await Expect(text).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("6");
        await Expect(page.Locator("#validation")).ToContainTextAsync("A valid purchase");
        await visit.Button("Replay").ClickAsync();

        await Expect(page.GetByText("Replayed: it is in the stores now.")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("quarantine-replayed");
        await page.GetByRole(AriaRole.Link, new() { Name = id, Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Uri(visit.Ui, $"/?purchase={id}").ToString());
        await Expect(page.Locator("main")).ToContainTextAsync("€15.30");
    }

    [Fact]
    public async Task An_entry_is_discarded_by_keyboard_alone_and_the_back_button_leads_to_the_list()
    {
        await PutAsync("""{"purchase_id":"ui-discard","lines":[{"li""");
        await using var visit = await Visit.StartAsync(
            system,
            chromium,
            View.Desktop,
            "/quarantine?reason=invalid_json"
        );
        var page = visit.Page;
        var entry = page.GetByRole(AriaRole.Link, new() { Name = "ui-discard" });
        await RefreshUntilAsync(visit, entry);
        await entry.PressAsync("Enter");
        await Expect(page.Locator("mark")).ToHaveTextAsync("ends here");

        await page.GetByText("Discard it instead").PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("a test of the till");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("Discarded: it goes into no store")).ToBeVisibleAsync();
        await Expect(page.GetByText("a test of the till")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page).ToHaveURLAsync(new Uri(visit.Ui, "/quarantine?reason=invalid_json").ToString());
        await Expect(page.Locator("main h1")).ToHaveTextAsync("Quarantine");
        await Expect(entry).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task All_entries_of_a_reason_are_replayed_after_a_question_and_what_is_refused_is_named()
    {
        await PutAsync("""{"purchase_id":"ui-bulk","loyalty":1}""");
        await using var visit = await Visit.StartAsync(
            system,
            chromium,
            View.Phone,
            "/quarantine?reason=unknown_schema"
        );
        await RefreshUntilAsync(visit, visit.Page.GetByRole(AriaRole.Link, new() { Name = "ui-bulk" }));
        await visit.Button("Replay all").ClickAsync();
        await Expect(visit.Page.Locator("#bulk-title")).ToBeFocusedAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("quarantine-bulk");
        await visit.Button("Replay 1 entry").ClickAsync();

        await Expect(visit.Page.Locator("#bulk-result")).ToHaveTextAsync("0 replayed, 1 refused");
        await Expect(visit.Page.Locator("[data-result=bulk] li"))
            .ToContainTextAsync("loyalty is not a field of the contract");
        await visit.AssertAccessibleAsync();
    }

    private static Task RefreshUntilAsync(Visit visit, ILocator entry) =>
        Wait.UntilAsync(async () =>
        {
            await Expect(visit.Page.Locator("main .loading")).ToHaveCountAsync(0);
            if (await entry.CountAsync() > 0)
                return true;
            await visit.Button("Refresh").ClickAsync();
            return false;
        });

    private async Task PutAsync(string text)
    {
        var endpoints = await system.EndpointsAsync();
        using var kinesis = new AmazonKinesisClient(
            endpoints.Credentials,
            new AmazonKinesisConfig { ServiceURL = endpoints.Stream, AuthenticationRegion = "us-east-1" }
        );
        await kinesis.PutRecordAsync(
            new PutRecordRequest
            {
                StreamName = new PosResources().Stream,
                PartitionKey = text,
                Data = new MemoryStream(Encoding.UTF8.GetBytes(text)),
            }
        );
    }
}
