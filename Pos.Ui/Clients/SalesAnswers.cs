using System.Text.Json.Serialization;

namespace Pos.Ui.Clients;

/// <summary>Which sales: what every question of them takes.</summary>
/// <param name="From">First moment, included: a full hour, UTC. Null for no bound.</param>
/// <param name="To">First moment that is not included.</param>
/// <param name="Country">Null for every one.</param>
/// <param name="Store">Null for every one.</param>
/// <param name="Currency">ISO 4217 code; null for the usual one.</param>
public sealed record SalesFilter(DateTime? From, DateTime? To, string? Country, string? Store, string? Currency)
{
    /// <summary>All of the usual currency.</summary>
    public static SalesFilter All { get; } = new(null, null, null, null, null);

    public QueryText Path(string path) =>
        new QueryText(path)
            .With("from", Text(From))
            .With("to", Text(To))
            .With("country", Country)
            .With("store", Store)
            .With("currency", Currency);

    private static string? Text(DateTime? time) =>
        time?.ToString("yyyy-MM-dd'T'HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Totals of one currency.</summary>
public record SalesFigures
{
    public required decimal Gross { get; init; }

    /// <summary>Zero or less, mostly.</summary>
    public required decimal Returns { get; init; }
    public required decimal Net { get; init; }
    public required long Purchases { get; init; }
    public required long Units { get; init; }

    /// <summary>Null when nothing was sold.</summary>
    public decimal? AverageBasket { get; init; }
    public required long Customers { get; init; }
}

public sealed record SalesSummary : SalesFigures
{
    public required string Currency { get; init; }
    public required IReadOnlyList<string> OtherCurrencies { get; init; }
    public SalesComparison? Comparison { get; init; }
}

/// <summary>The span before, and by how much the figures have changed since.</summary>
public sealed record SalesComparison : SalesFigures
{
    public DateTimeOffset? From { get; init; }
    public DateTimeOffset? To { get; init; }
    public required IReadOnlyDictionary<string, decimal?> Change { get; init; }

    /// <summary>0.25 is a quarter more. Null where it was 0.</summary>
    public required IReadOnlyDictionary<string, decimal?> RelativeChange { get; init; }
}

/// <param name="Grain">hour, day or month.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Points">Oldest first, without gaps.</param>
public sealed record SalesSeries(string Grain, string Currency, IReadOnlyList<SalesPoint> Points);

/// <param name="Start">First moment: a day, of hours a time; UTC.</param>
public sealed record SalesPoint(
    string Start,
    long Purchases,
    long Lines,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
)
{
    [JsonIgnore]
    public DateTime StartsAt { get; } =
        DateTime.Parse(
            Start,
            System.Globalization.CultureInfo.InvariantCulture,
            System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal
        );
}

/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Items">Best first.</param>
public sealed record TopSales(string Currency, IReadOnlyList<TopSale> Items);

/// <param name="Key">A product, country, store or customer.</param>
/// <param name="Description">Of a product.</param>
public sealed record TopSale(
    string Key,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net,
    string? Description = null
);

/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Purchases">Newest hour first.</param>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record SoldPurchases(string Currency, IReadOnlyList<SoldPurchase> Purchases, string? NextCursor);

/// <summary>What a purchase brings to the sales of an hour.</summary>
public sealed record SoldPurchase(
    string PurchaseId,
    DateTimeOffset Hour,
    string? CustomerId,
    string? StoreId,
    string? Country,
    long Lines,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

/// <summary>What the warehouse has of a purchase.</summary>
/// <param name="Rows">One a line.</param>
/// <param name="RowsNotMerged">Rows that have landed and do not count yet.</param>
public sealed record WarehouseRows(long Rows, long RowsNotMerged);

/// <param name="Totals">By currency; empty when the warehouse does not have the customer.</param>
public sealed record CustomerTotals(IReadOnlyList<CustomerTotal> Totals);

public sealed record CustomerTotal(
    string Currency,
    long Purchases,
    long Units,
    decimal Gross,
    decimal Returns,
    decimal Net
);

/// <summary>How new the warehouse is.</summary>
/// <param name="NewestEventAt">Newest event time of a line; null when there is none.</param>
/// <param name="NewestLoadAt">When the last load ended.</param>
/// <param name="Rows">Lines that sales are answered from.</param>
/// <param name="RowsNotMerged">Lines that have landed and do not count yet.</param>
/// <param name="OldestNotMergedAt">When the oldest of those landed.</param>
public sealed record SalesFreshness(
    DateTimeOffset? NewestEventAt,
    DateTimeOffset? NewestLoadAt,
    long Rows,
    long RowsNotMerged,
    DateTimeOffset? OldestNotMergedAt
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(Purchase))]
[JsonSerializable(typeof(CustomerPage))]
[JsonSerializable(typeof(SalesSummary))]
[JsonSerializable(typeof(SalesSeries))]
[JsonSerializable(typeof(TopSales))]
[JsonSerializable(typeof(SalesFreshness))]
[JsonSerializable(typeof(SoldPurchases))]
[JsonSerializable(typeof(WarehouseRows))]
[JsonSerializable(typeof(CustomerTotals))]
internal sealed partial class LookupJson : JsonSerializerContext;
