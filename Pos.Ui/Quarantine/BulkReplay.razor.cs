using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;

namespace Pos.Ui.Quarantine;

/// <summary>
/// It ends when its visitor leaves: what was replayed by then stays so, and doing it again does the rest.
/// </summary>
public sealed partial class BulkReplay(ProcessorClient processor) : IDisposable
{
    // In the time of one call; the number that is told moves on with each.
    private const int EntriesPerCall = 10;
    private const int MostShown = 20;

    private readonly List<RetryResult> _refused = [];
    private CancellationTokenSource _stop = new();
    private Step _step;
    private ElementReference _heading;
    private bool _isFocusDue;
    private int _replayed;
    private bool _isStopped;
    private Failure? _failure;

    private enum Step
    {
        Offered,
        Asked,
        Running,
        Done,
    }

    /// <summary>The reason's.</summary>
    [Parameter, EditorRequired]
    public required string Code { get; set; }

    /// <summary>How many entries of it are open.</summary>
    [Parameter, EditorRequired]
    public required int Open { get; set; }

    [Parameter]
    public EventCallback OnDone { get; set; }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // Due before its heading is rendered: until then there is none.
        if (!_isFocusDue || _heading.Id is null)
            return;
        _isFocusDue = false;
        await _heading.FocusAsync();
    }

    private void AskAsync() => (_step, _isFocusDue, _heading) = (Step.Asked, true, default);

    private async Task StopAsync() => await _stop.CancelAsync();

    private async Task RunAsync()
    {
        _stop.Dispose();
        _stop = new();
        _refused.Clear();
        (_step, _heading, _replayed, _isStopped, _failure) = (Step.Running, default, 0, false, null);
        try
        {
            await ReplayAllAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            _isStopped = true;
        }
        (_step, _isFocusDue) = (Step.Done, true);
        await OnDone.InvokeAsync();
    }

    private async Task ReplayAllAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var answer = await processor.RetryReasonAsync(Code, EntriesPerCall, cursor, cancellationToken);
            if (answer.Value is not { } page)
            {
                _failure = answer.Failure;
                return;
            }
            _replayed += page.Results.Count(entry => entry.IsRetried);
            _refused.AddRange(page.Results.Where(entry => !entry.IsRetried));
            if (page.Unavailable is { } unavailable)
            {
                _failure = new ServiceUnavailable("processor", unavailable);
                return;
            }
            cursor = page.NextCursor;
            StateHasChanged();
        } while (cursor is not null);
    }

    private static string Why(RetryResult entry) =>
        entry.Errors is [var first, ..]
            ? $"{first.Field} {ErrorPlaces.Message(first)}".Trim()
            : entry.Detail ?? entry.Outcome;
}
