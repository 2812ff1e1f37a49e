using Microsoft.Playwright;
using Pos.Tests.EndToEnd;
using Pos.Tests.Ui.Browser;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Pos.Tests.Ui;

/// <summary>What all pages share.</summary>
[SystemTest]
public sealed class FrameTests(RunningSystem system, Chromium chromium)
{
    [Fact]
    public async Task Pages_are_reached_by_keyboard_and_have_titles_of_their_own()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/");
        await Expect(visit.Page).ToHaveTitleAsync("Lookup · Pos");
        var sales = visit
            .Page.GetByRole(AriaRole.Navigation, new() { Name = "Pages" })
            .GetByRole(AriaRole.Link, new() { Name = "Sales" });
        await sales.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page).ToHaveTitleAsync("Sales · Pos");
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeFocusedAsync();

        await visit.Page.GoBackAsync();
        await Expect(visit.Page).ToHaveTitleAsync("Lookup · Pos");
    }

    [Fact]
    public async Task The_first_stop_of_the_tab_key_leads_past_the_navigation()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/sales");
        var skip = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" });
        await skip.FocusAsync();
        await Expect(skip).ToBeInViewportAsync();
        await skip.PressAsync("Enter");
        await Expect(visit.Page).ToHaveURLAsync(new Uri(visit.Ui, "/sales#content").ToString());
    }

    [Fact]
    public async Task Light_and_dark_follow_the_system_until_the_visitor_chooses_and_the_choice_stays()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop with { Dark = true }, "/");
        Assert.True(await IsDarkAsync());
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Switch between light and dark" }).ClickAsync();
        await Wait.UntilAsync(async () => !await IsDarkAsync());
        await visit.GoAsync("/");
        Assert.False(await IsDarkAsync());

        Task<bool> IsDarkAsync() => visit.Page.EvaluateAsync<bool>("Blazor.theme.isDarkMode()");
    }

    [Fact]
    public async Task A_page_that_is_not_there_says_so()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/");
        var answer = await visit.Page.APIRequest.GetAsync("/nowhere");
        Assert.Equal(404, answer.Status);
    }

    [Fact]
    public async Task On_a_phone_the_pages_are_in_a_menu()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Phone, "/");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sales" }).ClickAsync();
        await Expect(visit.Page).ToHaveTitleAsync("Sales · Pos");
    }

    [Fact]
    public async Task A_broken_connection_is_told_over_what_is_shown()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Phone, "/");
        // As Blazor's script does it.
        await visit.Page.EvaluateAsync(
            """
            const dialog = document.getElementById("components-reconnect-modal");
            dialog.classList.add("components-reconnect-retrying");
            dialog.dispatchEvent(new CustomEvent("components-reconnect-state-changed", { detail: { state: "show" } }));
            """
        );
        await Expect(visit.Page.GetByRole(AriaRole.Dialog, new() { Name = "Disconnected" }))
            .ToContainTextAsync("may be out of date");
        await visit.AssertAccessibleAsync();
        await visit.PhotographAsync("disconnected");
    }

    [Fact]
    public async Task Nothing_is_loaded_from_elsewhere_and_the_browser_is_told_so()
    {
        await using var visit = await Visit.StartAsync(system, chromium, View.Desktop, "/");
        var page = await visit.Page.APIRequest.GetAsync("/");
        Assert.StartsWith("default-src 'self'", page.Headers["content-security-policy"], StringComparison.Ordinal);
    }
}
