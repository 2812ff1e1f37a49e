using Microsoft.Playwright;
using Xunit;

namespace Pos.Tests.Ui.Browser;

/// <summary>How a visitor sees the pages.</summary>
public sealed record View(int Width, int Height, bool Dark)
{
    public static readonly View Desktop = new(1440, 900, Dark: false);
    public static readonly View Phone = new(390, 844, Dark: false);

    public static TheoryData<View> All => [Desktop, Desktop with { Dark = true }, Phone, Phone with { Dark = true }];

    /// <summary>Of the browser, and so of numbers and dates.</summary>
    public string Locale { get; init; } = "en-GB";

    internal BrowserNewContextOptions Context(Uri ui) =>
        new()
        {
            BaseURL = ui.ToString(),
            ViewportSize = new() { Width = Width, Height = Height },
            ColorScheme = Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = Locale,
            Permissions = ["clipboard-read", "clipboard-write"],
        };

    public override string ToString() => $"{Width}x{Height}-{(Dark ? "dark" : "light")}";
}
