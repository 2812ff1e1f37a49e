using Microsoft.AspNetCore.Components;
using Pos.Ui.Clients;

namespace Pos.Ui.Lookup;

public sealed partial class LookupPage(LookupClient lookup)
{
    private string? _text;
    private Answer<Purchase>? _purchase;

    [SupplyParameterFromQuery(Name = "purchase")]
    private string? PurchaseId { get; set; }

    [SupplyParameterFromQuery(Name = "customer")]
    private string? CustomerId { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Either { get; set; }

    private string Title => Query.IsEmpty ? "Lookup" : Query.Text;

    protected override LookupQuery ReadQuery() => new(PurchaseId, CustomerId, Either);

    protected override async Task LoadAsync(LookupQuery query, CancellationToken cancellationToken)
    {
        (_text, _purchase) = (query.Text, null);
        if (!query.IsEmpty)
            _purchase = await lookup.PurchaseAsync(query.Text, cancellationToken);
    }

    private void Search() => Go(LookupQuery.OfText(_text?.Trim() ?? ""));
}
