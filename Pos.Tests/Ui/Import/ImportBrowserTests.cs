using System.Text;
using Microsoft.Playwright;
using Pos.Tests.EndToEnd;
using Pos.Tests.Ui.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Pos.Tests.Ui.Import;

/// <summary>Files of a till, as somebody brings them in. Each test has purchases of its own.</summary>
[SystemTest]
public sealed class ImportBrowserTests(RunningSystem system, Chromium chromium)
{
    private const string Header =
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country,Till\n";

    [Theory]
    [MemberData(nameof(View.All), MemberType = typeof(View))]
    public async Task A_file_with_three_bad_rows_is_imported_and_they_are_in_the_rejects(View view)
    {
        var id = $"ui-import-{view}";
        var rows = Enumerable
            .Range(1, 30)
            .Select(i =>
                i % 10 == 3
                    ? $"{id},85123A,HOLDER,0,2026-01-31 09:30,2.55,ui-import,France,7\n"
                    : $"{id},85123A,HOLDER,{i},2026-01-31 09:30,2.55,ui-import,France,7\n"
            );
        await using var visit = await Visit.StartAsync(system, chromium, view, "/import");
        var page = visit.Page;
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("import");

        await ChooseAsync(page, Header + string.Concat(rows));
        await Expect(page).ToHaveTitleAsync("till.csv · Import · Pos");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Columns" }))
            .ToContainTextAsync("StockCode is product_id");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Columns" })).ToContainTextAsync("Till is left out");
        await Expect(page.GetByText("Will be rejected:")).ToHaveCountAsync(1); // of the first ten
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("import-preview");

        await visit.Button("Start").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Done", Exact = true })).ToBeVisibleAsync();
        await Expect(page.Locator("[data-figure=accepted]")).ToHaveTextAsync("27");
        await Expect(page.Locator("[data-figure=rejected]")).ToHaveTextAsync("3");
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("import-done");

        var download = await page.RunAndWaitForDownloadAsync(() =>
            page.GetByRole(AriaRole.Link, new() { Name = "Download the rejected rows" }).ClickAsync()
        );
        Assert.Equal("till.rejects.csv", download.SuggestedFilename);
        var rejects = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal(["row_number", "4", "14", "24"], rejects.Select(row => row.Split(',')[0]));
        Assert.All(rejects.Skip(1), row => Assert.Contains("quantity: out_of_range", row, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_import_is_paused_resumed_found_again_by_its_address_and_cancelled()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/import");
        var page = visit.Page;
        await ChooseAsync(
            page,
            Header
                + string.Concat(
                    Enumerable
                        .Range(1, 5_000)
                        .Select(i => $"ui-slow-{i},85123A,HOLDER,1,2026-01-31 09:30,2.55,ui-slow,France,7\n")
                ),
            "slow.csv"
        );
        await page.GetByLabel("Rows a second, at most").FillAsync("20");
        await visit.Button("Start").ClickAsync();
        await Expect(page.Locator("[data-figure=accepted]")).Not.ToHaveTextAsync("0");
        await visit.PhotographAsync("import-running");
        await visit.Button("Pause").ClickAsync();
        await Expect(State("Paused")).ToBeVisibleAsync();

        var address = page.Url;
        await visit.GoAsync("/import");
        await page.GetByRole(AriaRole.Link, new() { Name = "slow.csv" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(address);
        await visit.Button("Resume").ClickAsync();
        await Expect(State("Running")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await visit.ReadyAsync();
        await Expect(State("Running")).ToBeVisibleAsync();
        await visit.Button("Cancel").ClickAsync();
        await Expect(State("Cancelled")).ToBeVisibleAsync();
        await Expect(visit.Button("Resume")).ToHaveCountAsync(0);

        ILocator State(string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true });
    }

    [Fact]
    public async Task A_file_chosen_before_the_page_s_script_has_come_is_taken()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/");
        var chosen = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/FileDrop.razor.js", async route =>
        {
            await chosen.Task;
            await route.ContinueAsync();
        });
        await visit.GoAsync("/import");
        await ChooseAsync(
            visit.Page,
            Header + "ui-early,85123A,HOLDER,1,2026-01-31 09:30,2.55,ui-early,France,7\n",
            "early.csv"
        );
        chosen.SetResult();
        await Expect(visit.Page).ToHaveTitleAsync("early.csv · Import · Pos");
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_and_an_import_that_is_not_known_say_what_to_do()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Phone, "/import");
        await ChooseAsync(visit.Page, "InvoiceNo,Quantity\n1,2\n");
        await Expect(visit.Page.GetByText("the column product_id is missing; it may be named StockCode"))
            .ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();

        await visit.GoAsync("/import/0123456789abcdef");
        await Expect(visit.Page.GetByText("This import is not known here")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
    }

    private static Task ChooseAsync(IPage page, string csv, string name = "till.csv") =>
        page.GetByLabel("CSV file")
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = name,
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes(csv),
                }
            );
}
