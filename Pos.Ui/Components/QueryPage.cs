using Microsoft.AspNetCore.Components;

namespace Pos.Ui.Components;

/// <summary>
/// A page whose content follows from its URL alone: a link, a reload and the back button show the same thing. What a
/// visitor chooses is written to the URL (<see cref="Go"/>), and the page loads what the URL then says. Nothing is
/// loaded while it is rendered on the server for the first time: a visitor sees the page's frame at once, also while a
/// service is down.
/// </summary>
/// <typeparam name="TQuery">What the URL says; records compare by value.</typeparam>
public abstract class QueryPage<TQuery> : ComponentBase, IDisposable
    where TQuery : class, IEquatable<TQuery>
{
    private CancellationTokenSource _loading = new();
    private bool _isFirst = true;

    [Inject]
    protected NavigationManager Navigation { get; set; } = null!;

    /// <summary>What the page shows or is loading.</summary>
    protected TQuery Query { get; private set; } = null!;

    /// <summary>What the URL says now.</summary>
    protected abstract TQuery ReadQuery();

    /// <summary>Loads what the query names. Another query cancels it.</summary>
    protected abstract Task LoadAsync(TQuery query, CancellationToken cancellationToken);

    /// <summary>Loads again what is shown.</summary>
    protected async Task ReloadAsync()
    {
        await CancelAsync();
        try
        {
            await LoadAsync(Query, _loading.Token);
        }
        catch (OperationCanceledException)
        {
            // Another query is loaded now, or the visitor has left.
        }
    }

    /// <param name="url">With its query.</param>
    /// <param name="replace">Whether the back button passes over what is shown now.</param>
    protected void Go(string url, bool replace = false) =>
        Navigation.NavigateTo(url, new NavigationOptions { ReplaceHistoryEntry = replace });

    // A page that initializes itself for a while is rendered before its parameters are set.
    protected override void OnInitialized() => Query = ReadQuery();

    protected override async Task OnParametersSetAsync()
    {
        var query = ReadQuery();
        if (!_isFirst && query.Equals(Query))
            return;
        (Query, _isFirst) = (query, false);
        if (RendererInfo.IsInteractive)
            await ReloadAsync();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;
        _loading.Cancel();
        _loading.Dispose();
    }

    private async Task CancelAsync()
    {
        await _loading.CancelAsync();
        _loading.Dispose();
        _loading = new CancellationTokenSource();
    }
}
