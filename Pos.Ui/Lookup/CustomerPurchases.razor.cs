using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.Ui.Components;

namespace Pos.Ui.Lookup;

/// <summary>A customer's purchases, newest first, with their totals.</summary>
public sealed partial class CustomerPurchases(LookupClient lookup, TimeProvider time) : IDisposable
{
    private const int PurchasesAPage = 100;
    private const int MostLooks = 60;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _gone = new();
    private Answer<CustomerTotals>? _totals;

    [Parameter, EditorRequired]
    public required string CustomerId { get; set; }

    private int? About => (int?)_totals?.Value?.Totals.Sum(total => total.Purchases);

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            await LoadTotalsAsync();
    }

    private async Task LoadTotalsAsync()
    {
        try
        {
            // The warehouse has a purchase some seconds after the lookup table.
            for (var looks = 0; looks < MostLooks && _totals?.Value is not { Totals: not [] }; looks++)
            {
                if (looks > 0)
                    await Task.Delay(s_pause, time, _gone.Token);
                _totals = await lookup.CustomerTotalsAsync(CustomerId, _gone.Token);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The visitor has left.
        }
    }

    private async Task<Answer<Page<PurchaseSummary>>> LoadPageAsync(
        string? cursor,
        CancellationToken cancellationToken
    ) =>
        (await lookup.CustomerPageAsync(CustomerId, PurchasesAPage, cursor, cancellationToken)).To(
            page => new Page<PurchaseSummary>(page.Purchases, page.NextCursor)
        );
}
