using Microsoft.FluentUI.AspNetCore.Components;

namespace Pos.Ui.Layout;

public sealed partial class ThemeSwitch(IThemeService themes)
{
    private async Task SwitchAsync() => await themes.SwitchThemeAsync();
}
