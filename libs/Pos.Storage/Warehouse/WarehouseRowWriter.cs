using System.Buffers;
using Pos.Contracts;
using Pos.Contracts.Json;

namespace Pos.Storage.Warehouse;

/// <summary>
/// Writes purchases as flat rows for COPY: one NDJSON object per line of the purchase.
/// </summary>
public static class WarehouseRowWriter
{
    /// <summary>
    /// The columns in the order of every row. Every row has all columns; missing values are null.
    /// </summary>
    public static IReadOnlyList<string> Columns { get; } =
    [
        "purchase_id",
        "line",
        "customer_id",
        "store_id",
        "purchased_at",
        "country",
        "currency",
        "product_id",
        "description",
        "quantity",
        "unit_price",
        "ingested_at",
        "position",
    ];

    /// <summary>
    /// Writes one row and <c>\n</c>. <c>purchased_at</c> is the line's own time, or the purchase's if it has none.
    /// <c>unit_price</c> is an exact number.
    /// </summary>
    /// <param name="lineIndex">Index in the purchase's <see cref="Purchase.Lines"/>, from 0.</param>
    /// <param name="position">The purchase's position: <see cref="Position.Create"/>.</param>
    public static void WriteLine(IBufferWriter<byte> output, AcceptedPurchase accepted, int lineIndex, string position)
    {
        var purchase = accepted.Purchase;
        var line = purchase.Lines[lineIndex];
        var json = new JsonLine(output);
        json.Raw("{\"purchase_id\":"u8);
        json.Text(purchase.PurchaseId);
        json.Raw(",\"line\":"u8);
        json.Number(line.Line);
        json.Raw(",\"customer_id\":"u8);
        json.Text(purchase.CustomerId);
        json.Raw(",\"store_id\":"u8);
        json.Text(purchase.StoreId);
        json.Raw(",\"purchased_at\":"u8);
        json.Time(line.PurchasedAt ?? purchase.PurchasedAt);
        json.Raw(",\"country\":"u8);
        json.Text(purchase.Country);
        json.Raw(",\"currency\":"u8);
        json.Text(purchase.Currency);
        json.Raw(",\"product_id\":"u8);
        json.Text(line.ProductId);
        json.Raw(",\"description\":"u8);
        json.Text(line.Description);
        json.Raw(",\"quantity\":"u8);
        json.Number(line.Quantity);
        json.Raw(",\"unit_price\":"u8);
        json.Number(line.UnitPrice);
        json.Raw(",\"ingested_at\":"u8);
        json.Time(accepted.IngestedAt);
        json.Raw(",\"position\":"u8);
        json.Text(position);
        json.Raw("}\n"u8);
        json.Flush();
    }
}
