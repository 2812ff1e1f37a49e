using System.Buffers;

namespace Pos.Purchases;

/// <summary>Writes purchases as compact JSON: the same purchase always as the same bytes.</summary>
public static class PurchaseWriter
{
    /// <summary>Writes the purchase as a till posts it, without a line end.</summary>
    public static void WritePosted(IBufferWriter<byte> output, Purchase purchase) => throw new NotImplementedException();

    /// <summary>Writes one line of a stream record: the purchase, <c>ingested_at</c>, <c>traceparent</c> where there is one, and <c>\n</c>.</summary>
    public static void WriteAccepted(IBufferWriter<byte> output, AcceptedPurchase accepted) => throw new NotImplementedException();
}
