using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;

namespace Pos.Ui.Quarantine;

public sealed partial class DiscardForm(ProcessorClient processor)
{
    private string _note = "";
    private bool _isBusy;
    private Failure? _failure;

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter]
    public EventCallback<ClosedEntry> OnDiscarded { get; set; }

    private async Task DiscardAsync()
    {
        if (_isBusy || string.IsNullOrWhiteSpace(_note))
            return;
        (_isBusy, _failure) = (true, null);
        var answer = await processor.DiscardAsync(Id, _note.Trim(), CancellationToken.None);
        (_isBusy, _failure) = (false, answer.Failure);
        if (answer.Value is { } closed)
            await OnDiscarded.InvokeAsync(closed);
    }
}
