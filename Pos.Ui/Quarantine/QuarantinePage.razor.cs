using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Processor;

namespace Pos.Ui.Quarantine;

public sealed partial class QuarantinePage(ProcessorClient processor)
{
    private const int EntriesPerPage = 50;

    private static readonly (string State, string Name)[] s_states =
    [
        (QuarantineQuery.Open, "Open"),
        ("replayed", "Replayed"),
        ("discarded", "Discarded"),
        ("all", "All"),
    ];

    private Answer<QuarantineCounts>? _counts;
    private Answer<EntriesPage>? _page;

    [SupplyParameterFromQuery(Name = "reason")]
    private string? ReasonCode { get; set; }

    [SupplyParameterFromQuery(Name = "state")]
    private string? State { get; set; }

    [SupplyParameterFromQuery(Name = "cursor")]
    private string? Cursor { get; set; }

    private string Title => Query.Reason is { } reason ? $"{Reason.Of(reason).Name} · Quarantine" : "Quarantine";

    protected override QuarantineQuery ReadQuery() =>
        new(ReasonCode, State is { Length: > 0 } state ? state : QuarantineQuery.Open, Cursor);

    protected override async Task LoadAsync(QuarantineQuery query, CancellationToken cancellationToken)
    {
        _page = null;
        var counting = processor.QuarantineCountsAsync(cancellationToken);
        var page = await processor.QuarantinedAsync(
            query.Reason,
            query.State,
            EntriesPerPage,
            query.Cursor,
            cancellationToken
        );
        var counts = await counting;
        cancellationToken.ThrowIfCancellationRequested();
        (_page, _counts) = (page, counts);
    }

    private int OpenOf(string reason) =>
        _counts?.Value?.Reasons.FirstOrDefault(count => count.Reason == reason)?.Open ?? 0;

    private void ChooseState(ChangeEventArgs chosen) =>
        Go(QuarantineQuery.Of(Query.Reason, chosen.Value as string ?? QuarantineQuery.Open));
}
