using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace Pos.Storage.LookupTable;

/// <summary>The header attributes of a purchase's item, from the purchase's newest version.</summary>
internal sealed record LookupHeader
{
    /// <summary>Position of the version.</summary>
    public required string Position { get; init; }
    public required DateTimeOffset PurchasedAt { get; init; }
    public required DateTimeOffset IngestedAt { get; init; }
    public required string Currency { get; init; }
    public required string? CustomerId { get; init; }
    public required string? StoreId { get; init; }
    public required string? Country { get; init; }

    /// <summary>Creates the header of a version.</summary>
    public static LookupHeader From(PurchaseVersion version)
    {
        var purchase = version.Accepted.Purchase;
        return new()
        {
            Position = version.Position,
            PurchasedAt = purchase.PurchasedAt,
            IngestedAt = version.Accepted.IngestedAt,
            Currency = purchase.Currency,
            CustomerId = purchase.CustomerId,
            StoreId = purchase.StoreId,
            Country = purchase.Country,
        };
    }

    /// <summary>Reads the header of an item.</summary>
    /// <exception cref="KeyNotFoundException">A required attribute is missing.</exception>
    /// <exception cref="FormatException">A time has another format.</exception>
    public static LookupHeader Parse(Dictionary<string, AttributeValue> item) =>
        new()
        {
            Position = item[LookupTableSchema.Position].S,
            PurchasedAt = Time(item[LookupTableSchema.PurchasedAt].S),
            IngestedAt = Time(item[LookupTableSchema.IngestedAt].S),
            Currency = item[LookupTableSchema.Currency].S,
            CustomerId = item.GetValueOrDefault(LookupTableSchema.CustomerId)?.S,
            StoreId = item.GetValueOrDefault(LookupTableSchema.StoreId)?.S,
            Country = item.GetValueOrDefault(LookupTableSchema.Country)?.S,
        };

    /// <summary>Returns every header attribute. Attributes with a null value are absent from the item.</summary>
    public IEnumerable<(string Name, string? Value)> Attributes(string purchaseId) =>
        [
            (LookupTableSchema.Position, Position),
            (LookupTableSchema.PurchasedAt, LookupLine.TimeText(PurchasedAt)),
            (LookupTableSchema.Currency, Currency),
            (LookupTableSchema.IngestedAt, LookupLine.TimeText(IngestedAt)),
            (LookupTableSchema.StoreId, StoreId),
            (LookupTableSchema.Country, Country),
            (LookupTableSchema.CustomerId, CustomerId),
            (
                LookupTableSchema.PurchasedAtPurchaseId,
                CustomerId is null ? null : LookupTableSchema.SortKey(PurchasedAt, purchaseId)
            ),
        ];

    /// <summary>Reads a time attribute.</summary>
    public static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
