using Pos.Contracts.Http;
using Pos.Contracts.Lookup;

namespace Pos.Ui.Sales;

/// <summary>What the page shows of a query, fetched together, so that its figures belong together.</summary>
/// <param name="Filter">Of what.</param>
/// <param name="Grain">Of the series.</param>
/// <param name="Summary">Totals, and those of the span before.</param>
/// <param name="Series">Over time.</param>
/// <param name="Products">The best.</param>
/// <param name="Countries">The best.</param>
public sealed record SalesReport(
    SalesRequest Filter,
    string Grain,
    Answer<SalesSummary> Summary,
    Answer<SalesSeries> Series,
    Answer<TopSales> Products,
    Answer<TopSales> Countries
)
{
    private const int Most = 10;

    public static async Task<SalesReport> LoadAsync(
        LookupClient lookup,
        SalesRequest filter,
        string grain,
        CancellationToken cancellationToken
    )
    {
        var summary = lookup.SummaryAsync(filter, compare: filter.From is not null, cancellationToken);
        var series = lookup.SeriesAsync(filter, grain, cancellationToken);
        var products = lookup.TopAsync(filter, "product", Most, cancellationToken);
        var countries = lookup.TopAsync(filter, "country", Most, cancellationToken);
        await Task.WhenAll(summary, series, products, countries);
        return new(filter, grain, await summary, await series, await products, await countries);
    }

    /// <summary>Why the warehouse did not answer; null when it did.</summary>
    public Failure? Failure => Summary.Failure ?? Series.Failure ?? Products.Failure ?? Countries.Failure;
}
