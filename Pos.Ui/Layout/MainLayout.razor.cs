using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Pos.Ui.Layout;

public sealed partial class MainLayout(NavigationManager navigation)
{
    private static readonly (string Path, string Name)[] s_pages =
    [
        ("/", "Lookup"),
        ("/sales", "Sales"),
        ("/pipeline", "Pipeline"),
        ("/quarantine", "Quarantine"),
        ("/import", "Import"),
    ];

    private ErrorBoundary? _boundary;

    // Beside a <base>, a fragment alone would lead to the home page.
    private string SkipTo => $"{new Uri(navigation.Uri).PathAndQuery}#content";

    protected override void OnParametersSet() => _boundary?.Recover();
}
