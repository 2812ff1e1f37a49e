using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;

namespace Pos.Ui.Quarantine;

public sealed partial class AsItIs(ProcessorClient processor)
{
    private bool _isBusy;
    private Failure? _failure;

    [Parameter, EditorRequired]
    public required QuarantineView Entry { get; set; }

    [Parameter]
    public EventCallback<ClosedEntry> OnReplayed { get; set; }

    private async Task ReplayAsync()
    {
        (_isBusy, _failure) = (true, null);
        // To its end, also when the visitor leaves: it has no bearing on anything else.
        var answer = await processor.RetryAsync(Entry.Summary.Id, null, CancellationToken.None);
        (_isBusy, _failure) = (false, answer.Failure);
        if (answer.Value is { } closed)
            await OnReplayed.InvokeAsync(closed);
    }
}
