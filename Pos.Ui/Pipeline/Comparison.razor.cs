using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Pipeline;

/// <summary>Has the stores compared on a button, and tells the result in words.</summary>
public sealed partial class Comparison(StoreReconciliation reconciliation, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private CancellationTokenSource? _cancellation;
    private long? _began;
    private TimeSpan _elapsed;
    private DateTimeOffset _ended;
    private bool _cancelled;
    private Answer<ReconciliationResult>? _answer;

    /// <summary>Gets each result.</summary>
    [Parameter]
    public EventCallback<ReconciliationResult> OnCompared { get; set; }

    public void Dispose()
    {
        _cancellation?.Cancel();
        _cancellation?.Dispose();
        _cancellation = null;
    }

    private async Task RunAsync()
    {
        if (_began is not null)
            return;
        var cancellation = _cancellation = new CancellationTokenSource();
        (_began, _elapsed, _cancelled) = (time.GetTimestamp(), TimeSpan.Zero, false);
        var ticking = TickAsync(cancellation.Token);
        try
        {
            _answer = await reconciliation.RunAsync(cancellation.Token);
            (_ended, _elapsed) = (time.GetUtcNow(), time.GetElapsedTime(_began.Value));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _cancelled = true;
        }
        _began = null;
        Dispose();
        await ticking;
        if (!_cancelled && _answer?.Value is { } compared)
            await OnCompared.InvokeAsync(compared);
    }

    private async Task TickAsync(CancellationToken ended)
    {
        try
        {
            using var timer = new PeriodicTimer(s_second, time);
            while (_began is { } began && await timer.WaitForNextTickAsync(ended))
            {
                _elapsed = time.GetElapsedTime(began);
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The comparison has ended.
        }
    }

    private Task CancelAsync() => _cancellation?.CancelAsync() ?? Task.CompletedTask;
}
