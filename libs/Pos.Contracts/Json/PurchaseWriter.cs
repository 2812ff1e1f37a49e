using System.Buffers;
using Pos.Contracts.Json;
using Pos.Contracts.Rules;

namespace Pos.Contracts;

/// <summary>
/// Writes purchases as compact JSON. The same purchase always gives the same bytes. Fields without a value are written
/// as null, except for a line's own <c>purchased_at</c> and <c>traceparent</c>, which are left out. Times are UTC to
/// the microsecond, prices have no trailing zeros, texts are unescaped UTF-8.
/// </summary>
public static class PurchaseWriter
{
    /// <summary>Writes the purchase as a till posts it, without a line end.</summary>
    public static void WritePosted(IBufferWriter<byte> output, Purchase purchase)
    {
        var json = new JsonLine(output);
        WriteFields(ref json, purchase);
        json.Raw("}"u8);
        json.Flush();
    }

    /// <summary>
    /// Writes one line of a stream record: the purchase, <c>ingested_at</c>, <c>traceparent</c> if present, and
    /// <c>\n</c>.
    /// </summary>
    public static void WriteAccepted(IBufferWriter<byte> output, AcceptedPurchase accepted)
    {
        var json = new JsonLine(output);
        WriteFields(ref json, accepted.Purchase);
        json.Raw(",\"ingested_at\":"u8);
        json.Time(accepted.IngestedAt);
        if (accepted.TraceParent is not null)
        {
            json.Raw(",\"traceparent\":"u8);
            json.Text(accepted.TraceParent);
        }
        json.Raw("}\n"u8);
        json.Flush();
    }

    /// <summary>
    /// Returns a line of a stream record without its closing brace and without the <c>traceparent</c> that
    /// <see cref="WriteAccepted"/> writes last. A <c>traceparent</c> elsewhere in the line stays.
    /// </summary>
    /// <param name="line">A JSON object, without a line end.</param>
    public static ReadOnlySpan<byte> WithoutTrace(ReadOnlySpan<byte> line)
    {
        var field = ",\"traceparent\":\""u8;
        var at = line.Length - (field.Length + FieldRules.TraceParentBytes + "\"}"u8.Length);
        return at > 0 && line[at..].StartsWith(field) && line.EndsWith("\"}"u8) ? line[..at] : line[..^1];
    }

    private static void WriteFields(ref JsonLine json, Purchase purchase)
    {
        json.Raw("{\"purchase_id\":"u8);
        json.Text(purchase.PurchaseId);
        json.Raw(",\"customer_id\":"u8);
        json.Text(purchase.CustomerId);
        json.Raw(",\"store_id\":"u8);
        json.Text(purchase.StoreId);
        json.Raw(",\"purchased_at\":"u8);
        json.Time(purchase.PurchasedAt);
        json.Raw(",\"country\":"u8);
        json.Text(purchase.Country);
        json.Raw(",\"currency\":"u8);
        json.Text(purchase.Currency);
        json.Raw(",\"lines\":["u8);
        for (var i = 0; i < purchase.Lines.Count; i++)
            WriteLine(ref json, purchase.Lines[i], first: i == 0);
        json.Raw("]"u8);
    }

    private static void WriteLine(ref JsonLine json, PurchaseLine line, bool first)
    {
        json.Raw(first ? "{\"line\":"u8 : ",{\"line\":"u8);
        json.Number(line.Line);
        json.Raw(",\"product_id\":"u8);
        json.Text(line.ProductId);
        json.Raw(",\"description\":"u8);
        json.Text(line.Description);
        json.Raw(",\"quantity\":"u8);
        json.Number(line.Quantity);
        json.Raw(",\"unit_price\":"u8);
        json.Number(line.UnitPrice);
        if (line.PurchasedAt is { } purchasedAt)
        {
            json.Raw(",\"purchased_at\":"u8);
            json.Time(purchasedAt);
        }
        json.Raw("}"u8);
    }
}
