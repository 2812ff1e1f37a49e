using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;

namespace Pos.Ui.Lookup;

/// <summary>Which stores have a purchase. What is not there yet is looked for again, for a while.</summary>
public sealed partial class WhereStored(LookupClient lookup, ProcessorClient processor, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);
    private const int MostLooks = 60;

    private readonly CancellationTokenSource _gone = new();
    private Answer<PurchaseWhereabouts>? _whereabouts;
    private Answer<PurchaseRows>? _rows;

    [Parameter, EditorRequired]
    public required PurchaseView Purchase { get; set; }

    private bool IsEverywhere =>
        _whereabouts?.Value is { LakeObject: not null }
        && _rows?.Value is { RowsNotMerged: 0 } rows
        && rows.Rows == Purchase.Lines.Count;

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        if (!RendererInfo.IsInteractive)
            return;
        try
        {
            for (var looks = 0; looks < MostLooks && !IsEverywhere; looks++)
            {
                if (looks > 0)
                    await Task.Delay(s_pause, time, _gone.Token);
                await Task.WhenAll(LookInLakeAsync(), LookInWarehouseAsync());
                StateHasChanged();
            }
        }
        catch (OperationCanceledException)
        {
            // The visitor has left.
        }
    }

    private async Task LookInLakeAsync()
    {
        if (_whereabouts?.Value is not { LakeObject: not null })
            _whereabouts = await processor.WhereaboutsAsync(Purchase.PurchaseId, _gone.Token);
    }

    private async Task LookInWarehouseAsync() =>
        _rows = await lookup.WarehouseRowsAsync(Purchase.PurchaseId, _gone.Token);
}
