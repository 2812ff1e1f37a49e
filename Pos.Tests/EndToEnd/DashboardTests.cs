using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Pos.Tests.Ui.Browser;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Tests Aspire's dashboard in a browser.</summary>
[SystemTest]
public sealed partial class DashboardTests(Chromium chromium) : IDisposable
{
    private static readonly string[] s_resources =
    [
        "pipeline",
        "ingest",
        "processor",
        "lookup",
        "provision",
        "localcloud",
        "warehouse",
        "warehouse-bi",
        "warehouse-lookup",
        "ui",
    ];

    private readonly string _folder = TemporaryDataFolder.Create("pos dashboard ");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_resource_runs_and_a_purchase_has_one_trace_through_all_stores()
    {
        var browser = await chromium.BrowserAsync();
        await using var system = await AppHostProcess.StartReadyAsync(_folder);
        var login = LoginLink().Match(system.Output);
        Assert.True(login.Success, system.Output);
        Assert.DoesNotContain("warn:", system.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", system.Output, StringComparison.Ordinal);
        await using var context = await browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 1600, Height = 2400 },
            }
        );
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();

        await page.GotoAsync(login.Value);
        foreach (var resource in s_resources)
            await Assertions.Expect(Row(page, resource)).ToContainTextAsync(Healthy(), new() { Timeout = 30_000 });
        await Assertions.Expect(page.Locator("fluent-message-bar, .fluent-messagebar")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Web app" })).ToBeVisibleAsync();

        await PostAsync(system, "traced-in-dashboard");
        var dashboard = new Uri(login.Value);
        await page.GotoAsync(new Uri(dashboard, "/traces").ToString());
        await page.GetByText("POST /purchases").First.ClickAsync();
        foreach (
            var span in new[]
            {
                "ingest: POST /purchases",
                "ingest: RPC Kinesis/PutRecords",
                "processor: MSG aws_kinesis purchases",
                "localcloud: DynamoDB.UpdateItem",
                "localcloud: S3.PutObject",
                "localcloud: Firehose.PutRecordBatch",
                "localcloud: MSG aws_firehose purchases-to-warehouse",
                "localcloud: COPY purchase_lines_landing",
                "localcloud: CALL merge_purchase_lines",
            }
        )
            await Assertions
                .Expect(page.GetByRole(AriaRole.Gridcell, new() { Name = span }).First)
                .ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    private static ILocator Row(IPage page, string resource) =>
        page.Locator("tr, [role=row]").Filter(new() { Has = page.GetByText(resource, new() { Exact = true }) }).First;

    private static async Task PostAsync(AppHostProcess system, string purchaseId)
    {
        using var http = new HttpClient();
        using var accepted = await http.PostAsJsonAsync(
            new Uri(system.Url("ingest"), "/purchases"),
            new
            {
                purchase_id = purchaseId,
                purchased_at = "2026-01-31T09:30:00Z",
                lines = new[]
                {
                    new
                    {
                        product_id = "85123A",
                        quantity = 1,
                        unit_price = 2.55m,
                    },
                },
            }
        );
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await Wait.UntilAsync(async () =>
        {
            using var found = await http.GetAsync(new Uri(system.Url("lookup"), $"/purchases/{purchaseId}/warehouse"));
            return found.StatusCode == HttpStatusCode.OK;
        });
    }

    [GeneratedRegex(@"http://localhost:\d+/login\?t=[0-9a-f]+")]
    private static partial Regex LoginLink();

    [GeneratedRegex("Running|Finished")]
    private static partial Regex Healthy();
}
