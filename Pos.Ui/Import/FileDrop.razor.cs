using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Pos.Ui.Formats;

namespace Pos.Ui.Import;

/// <summary>
/// The file goes to <see cref="ImportApi"/> by the browser's own request: it is not bound to the page's connection, and
/// has no limit of message size.
/// </summary>
public sealed partial class FileDrop(IJSRuntime script) : IAsyncDisposable
{
    private const long Megabyte = 1024 * 1024;

    private ElementReference _zone;
    private ElementReference _input;
    private IJSObjectReference? _module;
    private IJSObjectReference? _sender;
    private DotNetObjectReference<FileDrop>? _self;
    private bool _isLeft;
    private bool _isSending;
    private int _percent;
    private string? _problem;

    [Parameter, EditorRequired]
    public required long MaximumBytes { get; set; }

    /// <summary>Where the import of the file is.</summary>
    [Parameter]
    public EventCallback<string> OnReceived { get; set; }

    /// <summary>Told by the script: so much is sent.</summary>
    [JSInvokable]
    public void Sending(int percent)
    {
        (_isSending, _percent, _problem) = (true, percent, null);
        StateHasChanged();
    }

    /// <summary>Told by the script: the server has it.</summary>
    [JSInvokable]
    public async Task ReceivedAsync(string location)
    {
        _isSending = false;
        await OnReceived.InvokeAsync(location);
    }

    /// <summary>Told by the script: it did not arrive.</summary>
    /// <param name="reason">The server's; null when the file is too large to be sent at all.</param>
    [JSInvokable]
    public void Failed(string? reason)
    {
        (_isSending, _problem) = (
            false,
            reason ?? $"The file is too large: {Figures.Count(MaximumBytes / Megabyte)} MB are allowed."
        );
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        _isLeft = true;
        try
        {
            if (_sender is not null)
                await _sender.DisposeAsync();
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
        _module = await script.InvokeAsync<IJSObjectReference>("import", "./Import/FileDrop.razor.js");
        if (_isLeft)
            return; // while the script was on its way
        _self = DotNetObjectReference.Create(this);
        _sender = await _module.InvokeAsync<IJSObjectReference>("attach", _zone, _input, _self, MaximumBytes);
    }

    private async Task AbortAsync()
    {
        if (_sender is not null)
            await _sender.InvokeVoidAsync("abort");
    }
}
