using System.Globalization;
using Pos.Contracts.Lookup;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Creates responses from the warehouse's results.</summary>
internal static class SalesResponses
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
        var before = Summary(filter, totals, []);
        var pairs = Measures(now).Zip(Measures(before), (a, b) => (a.Name, Now: a.Value, Before: b.Value)).ToArray();
        return new()
        {
            From = filter.From,
            To = filter.To,
            Gross = before.Gross,
            Returns = before.Returns,
            Net = before.Net,
            Purchases = before.Purchases,
            Units = before.Units,
            AverageBasket = before.AverageBasket,
            Customers = before.Customers,
            Change = pairs.ToDictionary(pair => pair.Name, pair => pair.Now - pair.Before),
            RelativeChange = pairs.ToDictionary(
                pair => pair.Name,
                pair => pair.Before is null or 0 ? null : Relative(pair.Now - pair.Before, pair.Before.Value)
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

    private static decimal? Relative(decimal? change, decimal before) =>
        change is { } difference
            ? decimal.Round(difference / Math.Abs(before), 4, MidpointRounding.AwayFromZero)
            : null;

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
