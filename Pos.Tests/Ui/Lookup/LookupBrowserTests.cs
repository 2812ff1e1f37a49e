using System.Net.Http.Json;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Microsoft.Playwright;
using Pos.Contracts;
using Pos.Storage;
using Pos.Tests.EndToEnd;
using Pos.Tests.Ui.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Pos.Tests.Ui.Lookup;

/// <summary>The first page, as people use it.</summary>
[SystemTest]
public sealed class LookupBrowserTests(RunningSystem system, Chromium chromium)
{
    [Theory]
    [MemberData(nameof(View.All), MemberType = typeof(View))]
    public async Task A_purchase_of_the_sample_is_found_by_its_id(View view)
    {
        await using var visit = await Visit.StartAsync(system, chromium, view, "/");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Newest purchases" })).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("lookup");

        await SearchAsync(visit, "C800266");
        await Expect(visit.Page).ToHaveURLAsync(new Uri(visit.Ui, "/?q=C800266").ToString());
        await Expect(visit.Page).ToHaveTitleAsync("Purchase C800266 · Pos");
        var receipt = visit.Page.GetByRole(AriaRole.Article, new() { Name = "Purchase C800266" });
        await Expect(receipt.GetByText("-£58.78").Last).ToBeVisibleAsync();
        await Expect(receipt.GetByText("Return", new() { Exact = true })).ToHaveCountAsync(3);
        await Expect(visit.Page.GetByText("3 rows, one for each line")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("purchases/date=")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("lookup-purchase");
    }

    [Theory]
    [MemberData(nameof(View.All), MemberType = typeof(View))]
    public async Task A_customers_purchases_are_listed_and_lead_to_their_receipts_and_back(View view)
    {
        await using var visit = await Visit.StartAsync(system, chromium, view, "/?q=30009");
        await Expect(visit.Page).ToHaveTitleAsync("Customer 30009 · Pos");
        await Expect(visit.Page.GetByText("£2,907.44")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator("tbody a")).ToHaveTextAsync(["C800266", "800224", "800082", "800001"]);
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("lookup-customer");

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "800224" }).ClickAsync();
        await Expect(visit.Page).ToHaveTitleAsync("Purchase 800224 · Pos");
        await visit.Page.GoBackAsync();
        await Expect(visit.Page).ToHaveTitleAsync("Customer 30009 · Pos");
        await Expect(
                visit.Page.GetByRole(AriaRole.Navigation, new() { Name = "Recent searches" }).GetByRole(AriaRole.Link)
            )
            .ToHaveTextAsync(["30009", "800224"]);
    }

    [Fact]
    public async Task Not_found_is_unknown_until_it_was_sent_and_then_on_its_way_or_there()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Phone, "/?purchase=ui-later");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Unknown" })).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("lookup-unknown");

        using var http = new HttpClient();
        using var accepted = await http.PostAsJsonAsync(
            new Uri(await system.UrlAsync("ingest"), "/purchases"),
            new
            {
                purchase_id = "ui-later",
                purchased_at = "2025-06-30T09:30:00Z",
                currency = "EUR",
                lines = new[]
                {
                    new
                    {
                        product_id = "85123A",
                        description = "=1+1",
                        quantity = 2,
                        unit_price = 1234.5m,
                    },
                },
            }
        );
        accepted.EnsureSuccessStatusCode();
        await visit.GoAsync("/?purchase=ui-later");
        await Expect(visit.Page.GetByRole(AriaRole.Article, new() { Name = "Purchase ui-later" })).ToBeVisibleAsync();

        var csv = await (await visit.Page.APIRequest.GetAsync("/exports/purchases/ui-later.csv")).TextAsync();
        Assert.EndsWith(
            "ui-later,,,2025-06-30T09:30:00Z,,EUR,1,85123A,'=1+1,2,1234.5,2469.0\r\n",
            csv,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_rejected_purchase_leads_to_its_entry_in_quarantine()
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
                PartitionKey = "ui-rejected",
                Data = new MemoryStream(
                    "{\"purchase_id\":\"ui-rejected\",\"purchased_at\":\"2025-06-30T09:30:00Z\",\"lines\":[]}"u8.ToArray()
                ),
            }
        );
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/?purchase=ui-rejected");
        // On its way first, perhaps: the page looks again by itself.
        var entry = visit.Page.GetByRole(AriaRole.Link, new() { Name = "invalid purchase" });
        await Expect(entry)
            .ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^/quarantine/[0-9]{13}-"));
        await visit.PhotographAsync("lookup-rejected");
    }

    [Fact]
    public async Task Amounts_and_times_are_written_as_the_visitor_writes_them()
    {
        await using var visit = await Visit.StartAsync(
            system,
            chromium,
            View.Desktop with
            {
                Locale = "de-DE",
            },
            "/?purchase=800224"
        );
        await Expect(visit.Page.GetByText("2.025,47\u00A0£").Last).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("29.07.2025 15:31 UTC")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_link_can_be_copied()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/?q=800001");
        await visit.Button("Copy link").ClickAsync();
        await Expect(visit.Button("Copied")).ToBeVisibleAsync();
        Assert.Equal(
            new Uri(visit.Ui, "/?purchase=800001").ToString(),
            await visit.Page.EvaluateAsync<string>("navigator.clipboard.readText()")
        );
    }

    private static async Task SearchAsync(Visit visit, string text)
    {
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Purchase or customer" }).FillAsync(text);
        await visit.Page.Keyboard.PressAsync("Enter");
    }
}
