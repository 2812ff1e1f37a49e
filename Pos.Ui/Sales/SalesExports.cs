using Microsoft.AspNetCore.Mvc;
using Pos.Contracts.Lookup;
using Pos.Ui.Components;
using Pos.Ui.Formats;

namespace Pos.Ui.Sales;

/// <summary>What the charts of sales show, as CSV.</summary>
internal static class SalesExports
{
    private const int Most = 1_000;

    public static void MapSalesExports(this IEndpointRouteBuilder app)
    {
        var exports = app.MapGroup("/exports/sales");
        exports.MapGet("/series.csv", GetSeriesAsync);
        exports.MapGet("/top.csv", GetTopAsync);
        exports.MapGet("/purchases.csv", GetPurchases);
    }

    internal static async Task<IResult> GetSeriesAsync(
        [AsParameters] FilterParameters filter,
        string grain,
        LookupClient lookup,
        CancellationToken cancellationToken
    ) =>
        Exports.File(
            await lookup.SeriesAsync(filter.Filter, grain, cancellationToken),
            $"sales-by-{grain}.csv",
            CsvLine.Header(grain, "currency", "purchases", "lines", "units", "gross", "returns", "net"),
            series =>
                series.Points.Select(point =>
                    new CsvLine()
                        .Text(point.Start)
                        .Text(series.Currency)
                        .Number(point.Purchases)
                        .Number(point.Lines)
                        .Number(point.Units)
                        .Number(point.Gross)
                        .Number(point.Returns)
                        .Number(point.Net)
                )
        );

    internal static async Task<IResult> GetTopAsync(
        [AsParameters] FilterParameters filter,
        string by,
        LookupClient lookup,
        CancellationToken cancellationToken
    ) =>
        Exports.File(
            await lookup.TopAsync(filter.Filter, by, Most, cancellationToken),
            $"sales-by-{by}.csv",
            CsvLine.Header(by, "description", "currency", "units", "gross", "returns", "net"),
            top =>
                top.Items.Select(item =>
                    new CsvLine()
                        .Text(item.Key)
                        .Text(item.Description)
                        .Text(top.Currency)
                        .Number(item.Units)
                        .Number(item.Gross)
                        .Number(item.Returns)
                        .Number(item.Net)
                )
        );

    internal static Task<IResult> GetPurchases(
        [AsParameters] FilterParameters filter,
        string? product,
        LookupClient lookup,
        CancellationToken cancellationToken
    )
    {
        var currency = "";
        return Exports.ListAsync(
            async (cursor, cancel) =>
            {
                var answer = await lookup.SoldPurchasesAsync(filter.Filter, product, Most, cursor, cancel);
                currency = answer.Value?.Currency ?? currency;
                return answer.To(page => new Page<SoldPurchase>(page.Purchases, page.NextCursor));
            },
            "sold-purchases.csv",
            CsvLine.Header(
                "hour",
                "purchase_id",
                "customer_id",
                "store_id",
                "country",
                "currency",
                "lines",
                "units",
                "gross",
                "returns",
                "net"
            ),
            sold =>
                new CsvLine()
                    .Time(sold.Hour)
                    .Text(sold.PurchaseId)
                    .Text(sold.CustomerId)
                    .Text(sold.StoreId)
                    .Text(sold.Country)
                    .Text(currency)
                    .Number(sold.Lines)
                    .Number(sold.Units)
                    .Number(sold.Gross)
                    .Number(sold.Returns)
                    .Number(sold.Net),
            cancellationToken
        );
    }

    /// <summary>A filter, as <see cref="SalesRequest.Path"/> writes it.</summary>
    internal sealed record FilterParameters(
        [property: FromQuery] DateTimeOffset? From,
        [property: FromQuery] DateTimeOffset? To,
        [property: FromQuery] string? Country,
        [property: FromQuery] string? Store,
        [property: FromQuery] string? Currency
    )
    {
        public SalesRequest Filter => new(From?.UtcDateTime, To?.UtcDateTime, Country, Store, Currency);
    }
}
