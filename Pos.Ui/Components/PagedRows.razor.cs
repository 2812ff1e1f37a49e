using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Pos.Ui.Clients;

namespace Pos.Ui.Components;

/// <summary>A list of any length. Give it another <c>@key</c> for another list.</summary>
public sealed partial class PagedRows<T> : IDisposable
{
    // While there are more pages, the list is that much longer than what is fetched: scrolling there fetches the next.
    private const int Beyond = 20;

    private readonly List<T> _items = [];
    private readonly SemaphoreSlim _turn = new(1);
    private Virtualize<T>? _rows;
    private string? _next;
    private bool _isWhole;
    private Failure? _failure;

    /// <summary>Fetches the page at a cursor; null for the first.</summary>
    [Parameter, EditorRequired]
    public required Func<string?, CancellationToken, Task<Answer<Page<T>>>> Load { get; set; }

    /// <summary>A <c>tr</c>.</summary>
    [Parameter, EditorRequired]
    public required RenderFragment<T> RowTemplate { get; set; }

    [Parameter, EditorRequired]
    public required int Columns { get; set; }

    /// <summary>What stands there when there is nothing.</summary>
    [Parameter, EditorRequired]
    public required string Empty { get; set; }

    /// <summary>Pixels.</summary>
    [Parameter]
    public float RowHeight { get; set; } = 37;

    public void Dispose() => _turn.Dispose();

    private async ValueTask<ItemsProviderResult<T>> ProvideAsync(ItemsProviderRequest request)
    {
        await _turn.WaitAsync(request.CancellationToken);
        try
        {
            while (!_isWhole && _failure is null && _items.Count < request.StartIndex + request.Count)
                await LoadNextAsync(request.CancellationToken);
        }
        finally
        {
            _turn.Release();
        }
        return new([.. _items.Skip(request.StartIndex).Take(request.Count)], _items.Count + (_isWhole || _failure is not null ? 0 : Beyond));
    }

    private async Task LoadNextAsync(CancellationToken cancellationToken)
    {
        var answer = await Load(_next, cancellationToken);
        if (answer.Value is not { } page)
        {
            _failure = answer.Failure;
            StateHasChanged();
            return;
        }
        _items.AddRange(page.Items);
        (_next, _isWhole) = (page.Next, page.Next is null);
    }

    private async Task RetryAsync()
    {
        _failure = null;
        if (_rows is not null)
            await _rows.RefreshDataAsync();
    }
}
