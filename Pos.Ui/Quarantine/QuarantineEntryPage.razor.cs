using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;

namespace Pos.Ui.Quarantine;

public sealed partial class QuarantineEntryPage(ProcessorClient processor)
{
    private Answer<QuarantineView>? _entry;
    private string _text = "";
    private IReadOnlyList<TextPlace?> _places = [];
    private string? _closed;

    [Parameter]
    public required string Id { get; set; }

    private string Heading =>
        _entry?.Value?.Summary is { } summary
            ? $"{Reason.Of(summary.Reason).Name}: {summary.PurchaseId ?? "no readable id"}"
            : "Quarantined entry";

    private string Title => $"{Heading} · Quarantine";

    protected override string ReadQuery() => Id;

    protected override async Task LoadAsync(string query, CancellationToken cancellationToken)
    {
        if (_entry?.Value?.Summary.Id != query)
            (_entry, _closed) = (null, null);
        var entry = await processor.QuarantineEntryAsync(query, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (entry.Value is { } there)
            (_text, _places) = ErrorPlaces.OfEntry(there);
        _entry = entry;
    }

    private async Task ClosedAsync(ClosedEntry closed)
    {
        _closed = closed.State is "replayed"
            ? "Replayed: it is in the stores now."
            : "Discarded: it goes into no store, and its bytes are kept.";
        await ReloadAsync();
    }
}
