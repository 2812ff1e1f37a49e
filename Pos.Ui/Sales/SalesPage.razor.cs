using Microsoft.AspNetCore.Components;
using Pos.Ui.Clients;

namespace Pos.Ui.Sales;

public sealed partial class SalesPage(LookupClient lookup)
{
    private Answer<SalesSummary>? _summary;

    [SupplyParameterFromQuery]
    private string? Country { get; set; }

    protected override SalesQuery ReadQuery() => new(Country);

    protected override async Task LoadAsync(SalesQuery query, CancellationToken cancellationToken) =>
        _summary = await lookup.SummaryAsync(new SalesFilter(null, null, query.Country, null, null), compare: false, cancellationToken);
}
