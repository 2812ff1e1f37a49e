using Microsoft.Playwright;
using Pos.Tests.EndToEnd;
using Pos.Tests.Ui.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Pos.Tests.Ui.Lookup;

/// <summary>The first page, as people use it.</summary>
public sealed class LookupBrowserTests(RunningSystem system, Chromium chromium)
{
    [Theory]
    [MemberData(nameof(View.All), MemberType = typeof(View))]
    public async Task A_purchase_of_the_sample_is_found_by_its_id(View view)
    {
        await using var visit = await Visit.StartAsync(system, chromium, view, "/");
        await visit.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Purchase or customer" }).FillAsync("800001");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Uri(visit.Ui, "/?q=800001").ToString());
        await Expect(visit.Page.GetByText("£")).ToBeVisibleAsync();
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("lookup-purchase");
    }
}
