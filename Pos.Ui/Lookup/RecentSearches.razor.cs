using Microsoft.JSInterop;

namespace Pos.Ui.Lookup;

public sealed partial class RecentSearches(IJSRuntime script) : IAsyncDisposable
{
    private IJSObjectReference? _module;
    private IReadOnlyList<Search> _searches = [];

    /// <summary>Puts a search first.</summary>
    public async Task AddAsync(LookupQuery query)
    {
        var module = await ModuleAsync();
        _searches = await module.InvokeAsync<Search[]>("add", new Search(query.Url, query.Text)) ?? [];
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has gone, and the module with it.
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        var module = await ModuleAsync();
        _searches = await module.InvokeAsync<Search[]>("read") ?? [];
        StateHasChanged();
    }

    private async Task ClearAsync()
    {
        _searches = [];
        await (await ModuleAsync()).InvokeVoidAsync("clear");
    }

    private async Task<IJSObjectReference> ModuleAsync() =>
        _module ??= await script.InvokeAsync<IJSObjectReference>("import", "./Lookup/RecentSearches.razor.js");

    private sealed record Search(string Url, string Text);
}
