using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;

namespace Pos.Ui.Lookup;

/// <summary>Says which of the three it is, and looks again while the purchase is on its way.</summary>
public sealed partial class LookupMiss(ProcessorClient processor, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private const int MostLooks = 600;

    private readonly CancellationTokenSource _gone = new();
    private Answer<PurchaseWhereabouts>? _whereabouts;

    [Parameter, EditorRequired]
    public required LookupQuery Query { get; set; }

    /// <summary>Null when a customer was asked for.</summary>
    [Parameter]
    public string? PurchaseId { get; set; }

    /// <summary>It has arrived.</summary>
    [Parameter]
    public EventCallback OnFound { get; set; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    protected override async Task OnInitializedAsync() => await LookAsync();

    private async Task LookAsync()
    {
        if (PurchaseId is null || !RendererInfo.IsInteractive)
            return;
        try
        {
            for (var looks = 0; looks < MostLooks; looks++)
            {
                _whereabouts = await processor.WhereaboutsAsync(PurchaseId, _gone.Token);
                StateHasChanged();
                if (_whereabouts.Value is { InLookupTable: true } && Query.CustomerId is null)
                    await OnFound.InvokeAsync();
                if (_whereabouts.Value is not ({ InStream: not null } or { Complete: false, Quarantined: [] }))
                    return;
                await Task.Delay(s_pause, time, _gone.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The visitor has left.
        }
    }
}
