using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using Pos.AppHost.Embedded;
using Pos.Tests.EndToEnd;
using Xunit;

namespace Pos.Tests.Ui.Browser;

/// <summary>
/// A visitor's browser on a page of the running system. Its end fails the test if a page asked anybody else for
/// anything, or an error was in the browser's console.
/// </summary>
internal sealed class Visit : IAsyncDisposable
{
    private const float PatienceMilliseconds = 60_000;
    private static readonly NpmFolder s_npm = new(Path.Combine(Repository.Folder, "Pos.Tests", "Ui", "Browser"));
    private static readonly string s_screenshots = Path.Combine(Repository.Folder, "TestResults", "ui");

    private readonly View _view;
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = [];

    private Visit(View view, Uri ui, IBrowserContext context, IPage page)
    {
        (_view, Ui, _context, Page) = (view, ui, context, page);
        context.SetDefaultTimeout(PatienceMilliseconds);
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { IsLoopback: false, Scheme: not ("data" or "blob") })
                _complaints.Enqueue($"asked {request.Url}");
        };
        page.Console += (_, message) =>
        {
            if (message.Type is "error")
                _complaints.Enqueue($"console: {message.Text}");
        };
        page.PageError += (_, error) => _complaints.Enqueue($"script: {error}");
    }

    public Uri Ui { get; }

    public IPage Page { get; }

    /// <summary>Starts the system and the browser if they are not running, and opens a page.</summary>
    public static async Task<Visit> StartAsync(RunningSystem system, Chromium chromium, View view, string path)
    {
        var browser = await chromium.BrowserAsync();
        var application = await system.ApplicationAsync();
        await application.ResourceNotifications.WaitForResourceHealthyAsync(
            "ui",
            TestContext.Current.CancellationToken
        );
        var ui = await system.UrlAsync("ui");
        var context = await browser.NewContextAsync(view.Context(ui));
        var visit = new Visit(view, ui, context, await context.NewPageAsync());
        await visit.GoAsync(path);
        return visit;
    }

    /// <summary>Opens a page, and waits until it answers to its visitor.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await ReadyAsync();
    }

    public Task ReadyAsync() => Assertions.Expect(Page.Locator("main[aria-busy=false]")).ToBeVisibleAsync();

    /// <summary>A Fluent button: it has its role by its browser's internals, where Playwright does not look.</summary>
    public ILocator Button(string text) => Page.Locator("fluent-button", new() { HasText = text });

    /// <summary>Keeps a picture in <c>TestResults/ui</c>, for people to look at.</summary>
    public async Task PhotographAsync(string name)
    {
        Directory.CreateDirectory(s_screenshots);
        await Page.ScreenshotAsync(
            new() { Path = Path.Combine(s_screenshots, $"{name}-{_view}.png"), FullPage = true }
        );
    }

    /// <summary>
    /// Nothing on the page hinders people with disabilities seriously, as far as axe can tell; and nothing is wider
    /// than the page.
    /// </summary>
    public async Task AssertAccessibleAsync()
    {
        await s_npm.EnsureCurrentAsync();
        await Page.EvaluateAsync(await File.ReadAllTextAsync(s_npm.InNodeModules("axe-core", "axe.min.js")));
        var result = await Page.EvaluateAsync<JsonElement>("axe.run(document, { resultTypes: ['violations'] })");
        var violations = result
            .GetProperty("violations")
            .EnumerateArray()
            .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
            .Select(violation =>
                $"{violation.GetProperty("id")}: {violation.GetProperty("help")}: "
                + string.Join(
                    "; ",
                    violation
                        .GetProperty("nodes")
                        .EnumerateArray()
                        .Select(node => $"{node.GetProperty("html")} {node.GetProperty("failureSummary")}")
                )
            )
            .ToList();
        // whole: what is cut off says nothing of the place
        Assert.True(violations is [], string.Join('\n', violations));
        Assert.True(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
            "The page scrolls sideways."
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_complaints);
    }
}
