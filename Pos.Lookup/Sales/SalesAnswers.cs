using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pos.Storage.Warehouse.Queries;

namespace Pos.Lookup.Sales;

/// <summary>Totals of one currency.</summary>
internal record SalesFigures
{
    /// <summary>Value of lines with a positive quantity.</summary>
    public required decimal Gross { get; init; }

    /// <summary>Value of lines with a negative quantity, itself negative.</summary>
    public required decimal Returns { get; init; }

    /// <summary>Gross and returns together.</summary>
    public required decimal Net { get; init; }

    /// <summary>Distinct purchases, those with returns only included.</summary>
    public required long Purchases { get; init; }

    /// <summary>Sum of quantities, returns deducted.</summary>
    public required long Units { get; init; }

    /// <summary>Gross over the purchases in which something was sold; null when there is none.</summary>
    public required decimal? AverageBasket { get; init; }

    /// <summary>Distinct customers, of the purchases that have one.</summary>
    public required long Customers { get; init; }
}

internal sealed record SummaryAnswer : SalesFigures
{
    public required DateTime? From { get; init; }
    public required DateTime? To { get; init; }
    public required string Currency { get; init; }

    /// <summary>Currencies that have sales in the span, too: ask for them by <c>currency</c>.</summary>
    public required IReadOnlyList<string> OtherCurrencies { get; init; }
    public ComparisonAnswer? Comparison { get; init; }

    public static SummaryAnswer Of(SalesFilter filter, SalesTotals totals, IReadOnlyList<string> currencies) =>
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
}

/// <summary>The span compared with, its figures, and by how much they have changed since.</summary>
internal sealed record ComparisonAnswer : SalesFigures
{
    public required DateTime? From { get; init; }
    public required DateTime? To { get; init; }

    /// <summary>
    /// Of each figure, what it is more now; of average_basket null when there is none in one of the spans.
    /// </summary>
    public required IReadOnlyDictionary<string, decimal?> Change { get; init; }

    /// <summary>The change over what it was, to four places: 0.25 is a quarter more. Null where it was 0.</summary>
    public required IReadOnlyDictionary<string, decimal?> RelativeChange { get; init; }

    public static ComparisonAnswer Of(SalesFilter filter, SalesFigures now, SalesTotals totals)
    {
        var then = SummaryAnswer.Of(filter, totals, []);
        var pairs = Measures(now).Zip(Measures(then), (a, b) => (a.Name, Now: a.Value, Then: b.Value)).ToArray();
        return new ComparisonAnswer
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

/// <summary>A series without gaps, oldest first.</summary>
internal sealed record SeriesAnswer(string Grain, string Currency, IReadOnlyList<SeriesPoint> Points)
{
    public static SeriesAnswer Of(SalesGrain grain, SalesFilter filter, IReadOnlyList<SalesPoint> points)
    {
        var format = grain is SalesGrain.Hour ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd";
        return new SeriesAnswer(
            SalesParameters.NameOf(grain),
            filter.Currency,
            [
                .. points.Select(point => new SeriesPoint(
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
}

/// <param name="Start">First moment, UTC: a day, of hours a time.</param>
internal sealed record SeriesPoint(
    string Start,
    long Purchases,
    long Lines,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

/// <summary>The best, best first.</summary>
internal sealed record TopAnswer(string Currency, IReadOnlyList<TopItem> Items)
{
    public static TopAnswer Of(SalesFilter filter, IReadOnlyList<SalesShare> shares) =>
        new(
            filter.Currency,
            [
                .. shares.Select(share => new TopItem(
                    share.Key,
                    share.Description,
                    share.Units,
                    share.Gross,
                    share.Returns,
                    share.Net
                )),
            ]
        );
}

internal sealed record TopItem(
    string Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

/// <param name="NewestEventAt">Newest event time of a line.</param>
/// <param name="NewestLoadAt">When the last COPY ended.</param>
/// <param name="Rows">Lines that the answers are of.</param>
/// <param name="RowsNotMerged">Rows that have landed and are not among these yet.</param>
/// <param name="OldestNotMergedAt">When the oldest of those landed.</param>
internal sealed record FreshnessAnswer(
    DateTime? NewestEventAt,
    DateTime? NewestLoadAt,
    long Rows,
    long RowsNotMerged,
    DateTime? OldestNotMergedAt
)
{
    public static FreshnessAnswer Of(WarehouseFreshness state) =>
        new(state.NewestEventAt, state.NewestLoadAt, state.Rows, state.RowsNotMerged, state.OldestNotMergedAt);
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.Strict
)]
[JsonSerializable(typeof(SummaryAnswer))]
[JsonSerializable(typeof(SeriesAnswer))]
[JsonSerializable(typeof(TopAnswer))]
[JsonSerializable(typeof(FreshnessAnswer))]
[JsonSerializable(typeof(SoldPurchasesAnswer))]
[JsonSerializable(typeof(WarehouseRowsAnswer))]
[JsonSerializable(typeof(CustomerTotalsAnswer))]
internal sealed partial class SalesJsonContext : JsonSerializerContext;
