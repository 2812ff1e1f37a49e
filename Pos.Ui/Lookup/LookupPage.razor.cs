using Microsoft.AspNetCore.Components;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Lookup;

public sealed partial class LookupPage(LookupClient lookup)
{
    private string? _text;
    private LookupResult? _result;
    private RecentSearches? _recent;

    [SupplyParameterFromQuery(Name = "purchase")]
    private string? PurchaseId { get; set; }

    [SupplyParameterFromQuery(Name = "customer")]
    private string? CustomerId { get; set; }

    [SupplyParameterFromQuery(Name = "q")]
    private string? Either { get; set; }

    private string Title =>
        Query.IsEmpty
            ? "Lookup"
            : _result switch
            {
                { Purchase: { } purchase } => $"Purchase {purchase.PurchaseId}",
                { CustomerId: { } customer } => $"Customer {customer}",
                _ => Query.Text,
            };

    protected override LookupQuery ReadQuery() =>
        new(NullIfBlank(PurchaseId), NullIfBlank(CustomerId), NullIfBlank(Either));

    protected override async Task LoadAsync(LookupQuery query, CancellationToken cancellationToken)
    {
        (_text, _result) = (query.Text, null);
        if (query.IsEmpty)
            return;
        _result = await LookupResult.FindAsync(lookup, query, cancellationToken);
        if (_result.IsFound && _recent is not null)
            await _recent.AddAsync(query);
    }

    private void Search() => Go(LookupQuery.OfText(_text?.Trim() ?? ""));

    private static string? NullIfBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
