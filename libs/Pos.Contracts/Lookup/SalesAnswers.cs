using System.Globalization;
using System.Text.Json.Serialization;

namespace Pos.Contracts.Lookup;

/// <summary>Totals of one currency.</summary>
public record SalesFigures
{
    /// <summary>Value of lines with a positive quantity.</summary>
    public required decimal Gross { get; init; }

    /// <summary>Value of lines with a negative quantity, itself negative.</summary>
    public required decimal Returns { get; init; }

    /// <summary>Sum of gross and returns.</summary>
    public required decimal Net { get; init; }

    /// <summary>Distinct purchases, including those with returns only.</summary>
    public required long Purchases { get; init; }

    /// <summary>Sum of quantities; returns count negative.</summary>
    public required long Units { get; init; }

    /// <summary>Gross over the purchases in which something was sold; null when there is none.</summary>
    public required decimal? AverageBasket { get; init; }

    /// <summary>Distinct customers of the purchases that have one.</summary>
    public required long Customers { get; init; }
}

/// <summary>Totals of a span of time.</summary>
public sealed record SalesSummary : SalesFigures
{
    /// <summary>First moment, UTC; null for no bound.</summary>
    public DateTime? From { get; init; }

    /// <summary>First moment after the span, UTC; null for no bound.</summary>
    public DateTime? To { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Other currencies with sales in the span; request them with <c>currency</c>.</summary>
    public required IReadOnlyList<string> OtherCurrencies { get; init; }

    /// <summary>The span compared with; null when none was requested.</summary>
    public SalesComparison? Comparison { get; init; }
}

/// <summary>The span compared with, its figures, and how they changed since.</summary>
public sealed record SalesComparison : SalesFigures
{
    /// <summary>First moment, UTC.</summary>
    public DateTime? From { get; init; }

    /// <summary>First moment after the span, UTC.</summary>
    public DateTime? To { get; init; }

    /// <summary>The increase of each figure; average_basket is null when one of the spans has none.</summary>
    public required IReadOnlyDictionary<string, decimal?> Change { get; init; }

    /// <summary>
    /// The increase relative to the former value, to four places: 0.25 is a quarter more. Null where the former value
    /// was 0.
    /// </summary>
    public required IReadOnlyDictionary<string, decimal?> RelativeChange { get; init; }
}

/// <summary>Sales over time, without gaps.</summary>
/// <param name="Grain">hour, day or month.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Points">Oldest first.</param>
public sealed record SalesSeries(string Grain, string Currency, IReadOnlyList<SalesSeriesPoint> Points);

/// <summary>Sales of one hour, day or month.</summary>
/// <param name="Start">First moment, UTC: a time for an hour, else a day.</param>
/// <param name="Purchases">Distinct purchases.</param>
/// <param name="Lines">Their lines.</param>
/// <param name="Units">Sum of quantities; returns count negative.</param>
/// <param name="Gross">Value of lines with a positive quantity.</param>
/// <param name="Returns">Value of lines with a negative quantity.</param>
/// <param name="Net">Sum of gross and returns.</param>
public sealed record SalesSeriesPoint(
    string Start,
    long Purchases,
    long Lines,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
)
{
    /// <summary>The start as a time, UTC.</summary>
    [JsonIgnore]
    public DateTime StartsAt { get; } =
        DateTime.Parse(
            Start,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
        );
}

/// <summary>The best products, countries, stores or customers.</summary>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Items">Best first.</param>
public sealed record TopSales(string Currency, IReadOnlyList<TopSale> Items);

/// <summary>Sales of one product, country, store or customer.</summary>
public sealed record TopSale
{
    /// <summary>The product's, store's or customer's id, or the country's name.</summary>
    public required string Key { get; init; }

    /// <summary>A product's description.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    /// <summary>Sum of quantities; returns count negative.</summary>
    public required long Units { get; init; }

    /// <summary>Value of lines with a positive quantity.</summary>
    public required decimal Gross { get; init; }

    /// <summary>Value of lines with a negative quantity.</summary>
    public required decimal Returns { get; init; }

    /// <summary>Sum of gross and returns.</summary>
    public required decimal Net { get; init; }
}

/// <summary>A page of the purchases that sales consist of.</summary>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Purchases">Newest hour first.</param>
/// <param name="NextCursor">Cursor of the next page; null on the last.</param>
public sealed record SoldPurchasePage(string Currency, IReadOnlyList<SoldPurchase> Purchases, string? NextCursor);

/// <summary>
/// A purchase's part in the sales of one hour. A purchase with lines of several hours occurs once for each hour.
/// </summary>
/// <param name="PurchaseId">The purchase's id.</param>
/// <param name="Hour">First moment of the hour, UTC.</param>
/// <param name="CustomerId">Null when the purchase has no customer.</param>
/// <param name="StoreId">Null when the purchase names no store.</param>
/// <param name="Country">Null when the purchase names no country.</param>
/// <param name="Lines">Lines of the hour.</param>
/// <param name="Units">Sum of quantities; returns count negative.</param>
/// <param name="Gross">Value of lines with a positive quantity.</param>
/// <param name="Returns">Value of lines with a negative quantity.</param>
/// <param name="Net">Sum of gross and returns.</param>
public sealed record SoldPurchase(
    string PurchaseId,
    DateTime Hour,
    string? CustomerId,
    string? StoreId,
    string? Country,
    long Lines,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

/// <summary>Counts the warehouse rows of a purchase.</summary>
/// <param name="Rows">Merged rows, one for each line.</param>
/// <param name="RowsNotMerged">Loaded rows that are not merged yet.</param>
public sealed record PurchaseRows(long Rows, long RowsNotMerged);

/// <summary>A customer's sales.</summary>
/// <param name="Totals">By currency; empty when the warehouse does not have the customer.</param>
public sealed record CustomerTotals(IReadOnlyList<CustomerTotal> Totals);

/// <summary>A customer's sales in one currency.</summary>
public sealed record CustomerTotal(
    string Currency,
    long Purchases,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

/// <summary>Describes how current the warehouse is.</summary>
/// <param name="NewestEventAt">Newest event time of a line, UTC; null when there is none.</param>
/// <param name="NewestLoadAt">When the last COPY ended, UTC; null when there was none.</param>
/// <param name="Rows">Merged rows, from which sales are computed.</param>
/// <param name="RowsNotMerged">Loaded rows that are not merged yet.</param>
/// <param name="OldestNotMergedAt">When the oldest of those was loaded, UTC; null when there is none.</param>
public sealed record SalesFreshness(
    DateTime? NewestEventAt,
    DateTime? NewestLoadAt,
    long Rows,
    long RowsNotMerged,
    DateTime? OldestNotMergedAt
);
