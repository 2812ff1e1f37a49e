using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Lookup;

public sealed partial class NewestPurchases(LookupClient lookup) : IDisposable
{
    private const int Most = 8;

    private readonly CancellationTokenSource _gone = new();
    private Answer<SalesFreshness>? _freshness;
    private IReadOnlyList<SoldPurchase> _newest = [];
    private string _currency = "";

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
            await LoadAsync();
    }

    private async Task LoadAsync()
    {
        try
        {
            _freshness = await lookup.FreshnessAsync(_gone.Token);
            if (_freshness.Value is not { NewestEventAt: not null })
                return;
            if ((await lookup.SoldPurchasesAsync(SalesRequest.All, null, Most, null, _gone.Token)).Value is { } sold)
                (_newest, _currency) = (sold.Purchases, sold.Currency);
        }
        catch (OperationCanceledException)
        {
            // The visitor has left.
        }
    }
}
