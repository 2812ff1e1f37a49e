using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Pos.Contracts.Lookup;
using Pos.Ui.Aws;

namespace Pos.Ui.Pipeline;

/// <summary>The pipeline as it is, each second; where functions do its work, a link to what watches them.</summary>
public sealed partial class PipelinePage(PipelineMonitor monitor, IOptions<AwsOptions> aws)
{
    private IDisposable? _watch;
    private PipelineSnapshot? _snapshot;
    private IReadOnlyList<Stage> _stages = [];
    private string _changes = "";
    private ReconciliationResult? _compared;

    [SupplyParameterFromQuery]
    private bool Paused { get; set; }

    protected override PipelineQuery ReadQuery() => new(Paused);

    protected override Task LoadAsync(PipelineQuery query, CancellationToken cancellationToken)
    {
        StopWatching();
        // A link to a moment that has passed shows this one.
        if (string.IsNullOrEmpty(aws.Value.Dashboard) && (!query.Paused || _snapshot is null))
            _watch = monitor.Watch(snapshot => _ = InvokeAsync(() => Show(snapshot, cancellationToken)));
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            StopWatching();
        base.Dispose(disposing);
    }

    private void Show(PipelineSnapshot snapshot, CancellationToken left)
    {
        if (left.IsCancellationRequested)
            return;
        if (Query.Paused && _snapshot is { IsWhole: true })
        {
            StopWatching();
            return;
        }
        var stages = Stages.Of(snapshot);
        if (Stage.Changes(_stages, stages) is { Length: > 0 } changes)
            _changes = changes;
        (_snapshot, _stages) = (snapshot, stages);
        StateHasChanged();
    }

    private void StopWatching()
    {
        _watch?.Dispose();
        _watch = null;
    }

    private Task SeenAsync(bool isSeen)
    {
        if (isSeen)
            return ReloadAsync();
        StopWatching();
        return Task.CompletedTask;
    }

    private void Pause() => Go(new PipelineQuery(!Query.Paused).Url, replace: true);

    private void Compared(ReconciliationResult compared) => _compared = compared;
}
