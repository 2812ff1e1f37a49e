using CsCheck;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Tests.Warehouse;

/// <summary>
/// Generates rows with many equal values, and computes the expected sales from them without SQL.
/// </summary>
internal static class SalesLines
{
    private static readonly DateTime s_start = new(2010, 11, 29, 22, 0, 0, DateTimeKind.Utc);

    /// <summary>
    /// Generates rows. As in the stream, identity and position determine the content of a row.
    /// </summary>
    public static Gen<LandingRow> Row { get; } =
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 3], Gen.Int[0, 6], (purchase, line, position) =>
        {
            var mix = (purchase * 31) + (line * 7) + (position * 13);
            return new LandingRow($"P{purchase}", line, $"{position:D6}")
            {
                CustomerId = mix % 3 == 0 ? null : $"C{mix % 4}",
                StoreId = mix % 5 == 0 ? null : $"S{mix % 2}",
                Country =
                    mix % 7 == 0 ? null
                    : mix % 2 == 0 ? "France"
                    : "United Kingdom",
                Currency = mix % 11 == 0 ? "EUR" : "GBP",
                ProductId = $"product {mix % 4}",
                Description = mix % 6 == 0 ? null : $"PRODUCT {mix % 4}",
                Quantity = (mix % 9) - 3 is var quantity && quantity == 0 ? 5 : quantity,
                UnitPrice = (mix % 17) + 0.0001m,
                PurchasedAt = s_start.AddHours(mix * 11 % 1600).AddMinutes(mix % 60),
            };
        });

    public static List<LandingRow> Newest(IEnumerable<LandingRow> rows) =>
        [
            .. rows.GroupBy(row => (row.PurchaseId, row.Line))
                .Select(posts => posts.MaxBy(row => row.Position, StringComparer.Ordinal)!),
        ];

    public static bool Matches(this SalesFilter filter, LandingRow row) =>
        row.Currency == filter.Currency
        && (filter.From is null || row.PurchasedAt >= filter.From)
        && (filter.To is null || row.PurchasedAt < filter.To)
        && (filter.Country is null || row.Country == filter.Country)
        && (filter.StoreId is null || row.StoreId == filter.StoreId);

    public static SalesTotals Totals(IReadOnlyCollection<LandingRow> rows, string currency) =>
        new()
        {
            Currency = currency,
            Gross = Gross(rows),
            Returns = Returns(rows),
            Purchases = rows.Select(row => row.PurchaseId).Distinct().Count(),
            Baskets = rows.Where(row => row.Quantity > 0).Select(row => row.PurchaseId).Distinct().Count(),
            Units = rows.Sum(row => (long)row.Quantity),
            Customers = rows.Select(row => row.CustomerId).OfType<string>().Distinct().Count(),
        };

    public static List<SalesPoint> Series(IEnumerable<LandingRow> rows, Func<DateTime, DateTime> start) =>
        [
            .. rows.GroupBy(row => start(row.PurchasedAt))
                .OrderBy(point => point.Key)
                .Select(point => new SalesPoint(
                    point.Key,
                    point.Select(row => row.PurchaseId).Distinct().Count(),
                    point.Count(),
                    point.Sum(row => (long)row.Quantity),
                    Gross(point),
                    Returns(point),
                    Gross(point) + Returns(point)
                )),
        ];

    /// <summary>Returns shares without descriptions.</summary>
    public static List<SalesShare> Top(
        IEnumerable<LandingRow> rows,
        Func<LandingRow, string?> key,
        SalesMeasure measure,
        int limit
    ) =>
        [
            .. rows.Where(row => key(row) is not null)
                .GroupBy(row => key(row)!)
                .Select(share => new SalesShare(
                    share.Key,
                    null,
                    share.Sum(row => (long)row.Quantity),
                    Gross(share),
                    Returns(share),
                    Gross(share) + Returns(share)
                ))
                .OrderByDescending(share => measure is SalesMeasure.Units ? share.Units : share.Net)
                .ThenBy(share => share.Key, StringComparer.Ordinal)
                .Take(limit),
        ];

    public static List<(string, DateTime, long, long, decimal, decimal)> Purchases(IEnumerable<LandingRow> rows) =>
        [
            .. rows.GroupBy(row => (row.PurchaseId, Hour: Hour(row.PurchasedAt)))
                .OrderByDescending(share => share.Key.Hour)
                .ThenBy(share => share.Key.PurchaseId, StringComparer.Ordinal)
                .Select(share =>
                    (
                        share.Key.PurchaseId,
                        share.Key.Hour,
                        share.LongCount(),
                        share.Sum(row => (long)row.Quantity),
                        Gross(share),
                        Returns(share)
                    )
                ),
        ];

    public static DateTime Hour(DateTime time) => time.Date.AddHours(time.Hour);

    public static DateTime Day(DateTime time) => time.Date;

    public static DateTime Month(DateTime time) => new(time.Year, time.Month, 1, 0, 0, 0, DateTimeKind.Utc);

    private static decimal Gross(IEnumerable<LandingRow> rows) =>
        rows.Where(row => row.Quantity > 0).Sum(row => row.Quantity * row.UnitPrice);

    private static decimal Returns(IEnumerable<LandingRow> rows) =>
        rows.Where(row => row.Quantity < 0).Sum(row => row.Quantity * row.UnitPrice);
}
