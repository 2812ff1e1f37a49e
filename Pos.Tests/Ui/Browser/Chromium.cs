using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(Pos.Tests.Ui.Browser.Chromium))]

namespace Pos.Tests.Ui.Browser;

/// <summary>
/// One headless browser for all tests, started by the first that asks for it. Each test has a context of its own.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] s_programs =
    [
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "microsoft-edge",
    ];
    private static readonly string[] s_applications =
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];

    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> _started = new(StartAsync);

    internal async Task<IBrowser> BrowserAsync()
    {
        if (Program() is null)
        {
            const string absent = "no Chromium was found: apt-get install chromium, or name one by POS_CHROMIUM";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") is null, absent);
            Assert.Fail(absent);
        }
        return (await _started.Value).Browser;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated)
            return;
        var (playwright, browser) = await _started.Value;
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        var options = new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program(),
            ChromiumSandbox = !Environment.IsPrivilegedProcess,
        };
        try
        {
            return (playwright, await playwright.Chromium.LaunchAsync(options));
        }
        catch (PlaywrightException refused)
            when (options.ChromiumSandbox is true
                && refused.Message.Contains("sandbox", StringComparison.OrdinalIgnoreCase)
            )
        {
            // A kernel or container without user namespaces. The browser sees nothing but this project's pages.
            options.ChromiumSandbox = false;
            return (playwright, await playwright.Chromium.LaunchAsync(options));
        }
    }

    private static string? Program() =>
        Environment.GetEnvironmentVariable("POS_CHROMIUM") is { Length: > 0 } named
            ? named
            : s_programs.SelectMany(InPath).Concat(s_applications).FirstOrDefault(File.Exists);

    private static IEnumerable<string> InPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program));
}
