using Amazon.DynamoDBv2.Model;
using Pos.Contracts.Lookup;
using Pos.Storage.LookupTable;

namespace Pos.Lookup.Purchases;

/// <summary>Converts items of the lookup table to the contract's views.</summary>
internal static class PurchaseItem
{
    public static PurchaseView ToView(Dictionary<string, AttributeValue> item)
    {
        var lines = item.Where(attribute => LookupTableSchema.TryGetLine(attribute.Key, out _))
            .Select(attribute => ToView(attribute.Key, attribute.Value.S))
            .OrderBy(line => line.Line)
            .ToArray();
        var header = LookupHeader.Parse(item);
        return new()
        {
            PurchaseId = item[LookupTableSchema.PurchaseId].S,
            CustomerId = header.CustomerId,
            StoreId = header.StoreId,
            PurchasedAt = header.PurchasedAt.UtcDateTime,
            Country = header.Country,
            Currency = header.Currency,
            IngestedAt = header.IngestedAt.UtcDateTime,
            Units = lines.Sum(line => (long)line.Quantity),
            NetValue = WithoutTrailingZeros(lines.Sum(line => line.Quantity * line.UnitPrice)),
            Lines = lines,
        };
    }

    public static PurchaseSummary ToSummary(PurchaseView purchase) =>
        new()
        {
            PurchaseId = purchase.PurchaseId,
            CustomerId = purchase.CustomerId!,
            StoreId = purchase.StoreId,
            PurchasedAt = purchase.PurchasedAt,
            Country = purchase.Country,
            Currency = purchase.Currency,
            LineCount = purchase.Lines.Count,
            Units = purchase.Units,
            NetValue = purchase.NetValue,
        };

    private static LineView ToView(string attribute, string text)
    {
        LookupTableSchema.TryGetLine(attribute, out var number);
        var line = LookupLine.Parse(number, text).Line;
        return new()
        {
            Line = line.Line,
            ProductId = line.ProductId,
            Description = line.Description,
            Quantity = line.Quantity,
            UnitPrice = line.UnitPrice,
            PurchasedAt = line.PurchasedAt?.UtcDateTime,
        };
    }

    // Dividing by this 1 removes trailing zeros: decimal division returns the shortest exact quotient.
    private static decimal WithoutTrailingZeros(decimal value) => value / 1.0000000000000000000000000000m;
}
