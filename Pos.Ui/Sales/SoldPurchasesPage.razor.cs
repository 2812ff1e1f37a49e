using System.Globalization;
using Microsoft.AspNetCore.Components;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.Ui.Components;
using Pos.Ui.Formats;

namespace Pos.Ui.Sales;

/// <summary>Which purchases, as the page's URL says it.</summary>
/// <param name="Sales">The sales that they make.</param>
/// <param name="Product">Only those with a line of it; null for every one.</param>
/// <param name="Hour">Only those of this hour, UTC; null for all days of the sales.</param>
public sealed record SoldPurchasesQuery(SalesQuery Sales, string? Product, DateTimeOffset? Hour);

/// <summary>What a figure, a column or a bar of the sales counts.</summary>
public sealed partial class SoldPurchasesPage(LookupClient lookup)
{
    // What is seen first is there soon; the way to a place far below is short.
    private const int PurchasesOnFirstPage = 200;
    private const int PurchasesAPage = 1_000;

    private SalesRequest? _filter;
    private int? _about;
    private bool _isEmpty;
    private Failure? _failure;
    private string _currency = "GBP";

    [SupplyParameterFromQuery]
    private string? Product { get; set; }

    [SupplyParameterFromQuery]
    private string? Hour { get; set; }

    private string About =>
        string.Join(
            ", ",
            new[]
            {
                Query.Product is { } product ? $"with product {product}" : null,
                Query.Hour is { } hour ? $"of the hour from {Figures.Time(hour)}"
                : _filter is { From: { } from, To: { } to } ? $"of {Figures.Day(from)} – {Figures.Day(to.AddTicks(-1))}"
                : "of all days",
                Query.Sales.Country is { } country ? $"in {country}" : null,
                Query.Sales.Store is { } store ? $"of store {store}" : null,
                "newest first",
            }.Where(part => part is not null)
        );

    protected override SoldPurchasesQuery ReadQuery() =>
        new(
            ReadSales(),
            Product,
            DateTimeOffset.TryParse(
                Hour,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var hour
            )
                ? hour
                : null
        );

    protected override async Task LoadAsync(SoldPurchasesQuery query, CancellationToken cancellationToken)
    {
        (_filter, _failure, _isEmpty) = (null, null, false);
        var freshness = await lookup.FreshnessAsync(cancellationToken);
        if (freshness.Value?.NewestEventAt is not { } newest)
        {
            (_failure, _isEmpty) = (freshness.Failure, freshness.Failure is null);
            return;
        }
        var filter = query.Sales.Filter(DateOnly.FromDateTime(newest));
        if (query.Hour is { } hour)
            filter = filter with { From = hour.UtcDateTime, To = hour.UtcDateTime.AddHours(1) };
        // A purchase is a row for each of its hours, and mostly it has one. How many have a product, nobody counts.
        var summary = query.Product is null
            ? await lookup.SummaryAsync(filter, compare: false, cancellationToken)
            : null;
        (_filter, _about) = (filter, (int?)summary?.Value?.Purchases);
    }

    private async Task<Answer<Page<SoldPurchase>>> LoadPageAsync(string? cursor, CancellationToken cancellationToken)
    {
        var answer = await lookup.SoldPurchasesAsync(
            _filter!,
            Query.Product,
            cursor is null ? PurchasesOnFirstPage : PurchasesAPage,
            cursor,
            cancellationToken
        );
        _currency = answer.Value?.Currency ?? _currency;
        return answer.To(page => new Page<SoldPurchase>(page.Purchases, page.NextCursor));
    }
}
