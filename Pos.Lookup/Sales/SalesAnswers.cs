using System.Globalization;
using Pos.Contracts.Lookup;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Creates answers from the warehouse's results.</summary>
internal static class SalesAnswers
{
    public static SalesSummary Summary(SalesFilter filter, SalesTotals totals, IReadOnlyList<string> currencies) =>
        new()
        {
            From = filter.From,
            To = filter.To,
            Currency = filter.Currency,
            Gross = totals.Gross,
            Returns = totals.Returns,
            Net = totals.Net,
            Purchases = totals.Purchases,
            Units = totals.Units,
            AverageBasket = totals.AverageBasket,
            Customers = totals.Customers,
            OtherCurrencies = [.. currencies.Where(currency => currency != filter.Currency)],
        };

    public static SalesComparison Comparison(SalesFilter filter, SalesFigures now, SalesTotals totals)
    {
        var then = Summary(filter, totals, []);
        var pairs = Measures(now).Zip(Measures(then), (a, b) => (a.Name, Now: a.Value, Then: b.Value)).ToArray();
        return new()
        {
            From = filter.From,
            To = filter.To,
            Gross = then.Gross,
            Returns = then.Returns,
            Net = then.Net,
            Purchases = then.Purchases,
            Units = then.Units,
            AverageBasket = then.AverageBasket,
            Customers = then.Customers,
            Change = pairs.ToDictionary(pair => pair.Name, pair => pair.Now - pair.Then),
            RelativeChange = pairs.ToDictionary(
                pair => pair.Name,
                pair => pair.Then is null or 0 ? null : Relative(pair.Now - pair.Then, pair.Then.Value)
            ),
        };
    }

    public static SalesSeries Series(SalesGrain grain, SalesFilter filter, IReadOnlyList<SalesPoint> points)
    {
        var format = grain is SalesGrain.Hour ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd";
        return new(
            SalesParameters.NameOf(grain),
            filter.Currency,
            [
                .. points.Select(point => new SalesSeriesPoint(
                    point.Start.ToString(format, CultureInfo.InvariantCulture),
                    point.Purchases,
                    point.Lines,
                    point.Units,
                    point.Gross,
                    point.Returns,
                    point.Net
                )),
            ]
        );
    }

    public static TopSales Top(SalesFilter filter, IReadOnlyList<SalesShare> shares) =>
        new(
            filter.Currency,
            [
                .. shares.Select(share => new TopSale
                {
                    Key = share.Key,
                    Description = share.Description,
                    Units = share.Units,
                    Gross = share.Gross,
                    Returns = share.Returns,
                    Net = share.Net,
                }),
            ]
        );

    private static decimal? Relative(decimal? change, decimal then) =>
        change is { } difference ? decimal.Round(difference / Math.Abs(then), 4, MidpointRounding.AwayFromZero) : null;

    private static (string Name, decimal? Value)[] Measures(SalesFigures figures) =>
        [
            ("gross", figures.Gross),
            ("returns", figures.Returns),
            ("net", figures.Net),
            ("purchases", figures.Purchases),
            ("units", figures.Units),
            ("average_basket", figures.AverageBasket),
            ("customers", figures.Customers),
        ];
}
