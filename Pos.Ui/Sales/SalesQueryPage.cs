using Microsoft.AspNetCore.Components;
using Pos.Ui.Components;

namespace Pos.Ui.Sales;

/// <summary>A page whose URL says which sales it is about.</summary>
public abstract class SalesQueryPage<TQuery> : QueryPage<TQuery>
    where TQuery : class, IEquatable<TQuery>
{
    [SupplyParameterFromQuery]
    private string? From { get; set; }

    [SupplyParameterFromQuery]
    private string? To { get; set; }

    [SupplyParameterFromQuery]
    private string? Span { get; set; }

    [SupplyParameterFromQuery]
    private string? Country { get; set; }

    [SupplyParameterFromQuery]
    private string? Store { get; set; }

    [SupplyParameterFromQuery]
    private string? Currency { get; set; }

    protected SalesQuery ReadSales(string? grain = null, string? live = null) =>
        SalesQuery.Read(From, To, Span, Country, Store, Currency, grain, live);
}
