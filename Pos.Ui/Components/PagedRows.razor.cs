using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web.Virtualization;
using Pos.Contracts.Http;

namespace Pos.Ui.Components;

/// <summary>
/// A list of any length, whose pages are fetched one after the other, as far as it is scrolled. A few of them are kept;
/// what is scrolled back to is fetched again. Give it another <c>@key</c> for another list.
/// </summary>
public sealed partial class PagedRows<T> : IDisposable
{
    // While there are more pages, the list is that much longer than what is fetched: scrolling there fetches the next.
    private const int Beyond = 20;

    // What is seen may lie across two; the others spare fetching again who goes up and down.
    private const int MostKept = 4;

    private readonly List<(int Start, int Count, string? Cursor)> _fetched = [];
    private readonly Dictionary<int, IReadOnlyList<T>> _kept = [];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _gone = new();
    private Virtualize<T>? _rows;
    private int _count;
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

    /// <summary>
    /// How many rows there are, about: then the scrollbar tells it, and leads anywhere. Null where nobody knows; then
    /// the list grows as it is scrolled.
    /// </summary>
    [Parameter]
    public int? About { get; set; }

    /// <summary>Pixels.</summary>
    [Parameter]
    public float RowHeight { get; set; } = 37;

    private int Length => _isWhole || _failure is not null ? _count : Math.Max(_count + Beyond, About ?? 0);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        _turn.Dispose();
    }

    private async ValueTask<ItemsProviderResult<T>> ProvideAsync(ItemsProviderRequest request)
    {
        // A page that is being fetched is of use whatever is scrolled to meanwhile: only leaving the list ends that,
        // and else the way to its end could begin again and again.
        var gone = _gone.Token;
        await _turn.WaitAsync(request.CancellationToken);
        try
        {
            while (!_isWhole && _failure is null && _count < request.StartIndex + request.Count)
            {
                await FetchNextAsync(gone);
                request.CancellationToken.ThrowIfCancellationRequested();
            }
            return new(await RowsAsync(request.StartIndex, request.Count, gone), Length);
        }
        finally
        {
            if (!gone.IsCancellationRequested)
                _turn.Release();
        }
    }

    private async Task FetchNextAsync(CancellationToken gone)
    {
        if (await FetchAsync(_fetched.Count, _next, gone) is not { } page)
            return;
        _fetched.Add((_count, page.Items.Count, _next));
        _count += page.Items.Count;
        (_next, _isWhole) = (page.Next, page.Next is null);
    }

    /// <summary>
    /// The rows there are of so many from one on; fewer when a page that is needed again cannot be had.
    /// </summary>
    private async Task<List<T>> RowsAsync(int from, int count, CancellationToken gone)
    {
        List<T> rows = [];
        for (
            var page = _fetched.FindLastIndex(fetched => fetched.Start <= from);
            page >= 0 && page < _fetched.Count && rows.Count < count;
            page++
        )
        {
            var (start, length, cursor) = _fetched[page];
            if (
                !_kept.TryGetValue(page, out var items)
                && (items = (await FetchAsync(page, cursor, gone))?.Items) is null
            )
                break;
            // A list may have changed since; where its pages begin stays.
            rows.AddRange(items.Take(length).Skip(from + rows.Count - start).Take(count - rows.Count));
        }
        return rows;
    }

    private async Task<Page<T>?> FetchAsync(int page, string? cursor, CancellationToken gone)
    {
        var answer = await Load(cursor, gone);
        if (answer.Value is not { } fetched)
        {
            _failure = answer.Failure;
            StateHasChanged();
            return null;
        }
        _kept[page] = fetched.Items;
        if (_kept.Count > MostKept)
            _kept.Remove(_kept.Keys.MaxBy(kept => Math.Abs(kept - page)));
        return fetched;
    }

    private async Task RetryAsync()
    {
        _failure = null;
        if (_rows is not null)
            await _rows.RefreshDataAsync();
    }
}
