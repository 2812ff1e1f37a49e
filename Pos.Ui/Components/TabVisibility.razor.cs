using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Pos.Ui.Components;

/// <summary>What nobody sees needs not be asked for.</summary>
public sealed partial class TabVisibility(IJSRuntime script) : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private IJSObjectReference? _observer;
    private DotNetObjectReference<TabVisibility>? _self;
    private bool _isLeft;

    /// <summary>Whether it is visible now.</summary>
    [Parameter, EditorRequired]
    public EventCallback<bool> OnChange { get; set; }

    /// <summary>Told by the script.</summary>
    [JSInvokable]
    public Task ChangedAsync(bool isVisible) => OnChange.InvokeAsync(isVisible);

    public async ValueTask DisposeAsync()
    {
        _isLeft = true;
        try
        {
            if (_observer is not null)
            {
                await _observer.InvokeVoidAsync("stop");
                await _observer.DisposeAsync();
            }
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The visitor has left, and the script with them.
        }
        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _module = await script.InvokeAsync<IJSObjectReference>("import", "./Components/TabVisibility.razor.js");
        if (_isLeft)
            return; // while the script was on its way
        _self = DotNetObjectReference.Create(this);
        _observer = await _module.InvokeAsync<IJSObjectReference>("observe", _self);
    }
}
