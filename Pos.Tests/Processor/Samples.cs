using Pos.Contracts;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Storage;

namespace Pos.Tests.Processor;

/// <summary>Creates sample purchases, and versions of them as the decoder creates them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Arrival = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static PurchaseVersion At(int sequence, Purchase purchase, int ordinal = 0)
    {
        var record = new StreamRecord("shardId-000000000000", $"{sequence}", purchase.PurchaseId, Arrival, default);
        return new(
            sequence,
            record,
            ordinal,
            Position.Create(record.SequenceNumber, ordinal),
            new(purchase, Arrival),
            default
        );
    }

    public static Purchase Purchase(string id = "536365", string? customer = "17850", params PurchaseLine[] lines) =>
        new()
        {
            PurchaseId = id,
            CustomerId = customer,
            PurchasedAt = new(2010, 12, 1, 8, 26, 0, TimeSpan.Zero),
            Country = "United Kingdom",
            Currency = "GBP",
            Lines = lines is [] ? [Line(1)] : lines,
        };

    public static PurchaseLine Line(
        int line,
        int quantity = 6,
        decimal unitPrice = 2.55m,
        string? description = "WHITE HANGING HEART T-LIGHT HOLDER"
    ) =>
        new()
        {
            Line = line,
            ProductId = "85123A",
            Description = description,
            Quantity = quantity,
            UnitPrice = unitPrice,
        };
}
