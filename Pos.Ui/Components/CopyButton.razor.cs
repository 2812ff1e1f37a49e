using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Pos.Ui.Components;

/// <summary>Puts a text on the clipboard, and says whether it did.</summary>
public sealed partial class CopyButton(IJSRuntime script)
{
    private string? _said;

    [Parameter, EditorRequired]
    public required string Text { get; set; }

    /// <summary>What is copied, as the button calls it.</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

    protected override void OnParametersSet() => _said = null;

    private async Task CopyAsync()
    {
        try
        {
            await script.InvokeVoidAsync("navigator.clipboard.writeText", Text);
            _said = "Copied";
        }
        catch (JSException)
        {
            _said = "The browser does not allow it";
        }
    }
}
