using Pos.Contracts.Json;

namespace Pos.Contracts;

/// <summary>What configuration and the clock add to the rules of the contract.</summary>
/// <param name="Now">The time that <c>purchased_at</c> may be one day past, and the reading's
/// <c>ingested_at</c>.</param>
/// <param name="DefaultCurrency">ISO 4217 code for purchases that name none.</param>
public readonly record struct PurchaseRules(DateTimeOffset Now, string DefaultCurrency = PurchaseRules.UsualCurrency)
{
    /// <summary>The default currency where configuration gives no other.</summary>
    public const string UsualCurrency = "GBP";
}

/// <summary>A purchase read from JSON: valid, or with every reason why it is not.</summary>
/// <param name="Accepted">The purchase; null when there are errors.</param>
/// <param name="PurchaseId">What the text gave as <c>purchase_id</c>, also when it is not valid; null when nothing
/// readable.</param>
/// <param name="Errors">Empty when the purchase is valid; at most <see cref="PurchaseLimits.Errors"/>.</param>
public readonly record struct PurchaseReading(
    AcceptedPurchase? Accepted,
    string? PurchaseId,
    IReadOnlyList<PurchaseError> Errors
);

/// <summary>
/// Reads and validates purchases in one pass over UTF-8 JSON. Strict: a field that is unknown, or there twice, is an
/// error. Numbers are judged by their exact value (<c>2.50</c> is 2.5, <c>1e2</c> is 100) and never rounded. Indices in
/// paths such as <c>lines[3].quantity</c> count from 0. Bad input never throws.
/// </summary>
public static class PurchaseReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads what a till posts: one JSON object of at most <see cref="PurchaseLimits.PostedBytes"/> bytes,
    /// without the fields that ingest adds. The reading's <c>IngestedAt</c> is
    /// <see cref="PurchaseRules.Now"/>.</summary>
    public static PurchaseReading ReadPosted(ReadOnlySpan<byte> utf8Json, PurchaseRules rules)
    {
        if (utf8Json.StartsWith(ByteOrderMark))
            utf8Json = utf8Json[ByteOrderMark.Length..];
        return new Json.PurchaseParser(utf8Json, rules).Read();
    }

    /// <summary>Reads one line of a stream record: a purchase with <c>ingested_at</c> and perhaps <c>traceparent</c>.
    /// <c>purchased_at</c> is held against <c>ingested_at</c>, not against the clock; <c>currency</c> has no
    /// default.</summary>
    public static PurchaseReading ReadAccepted(ReadOnlySpan<byte> utf8Json) =>
        new Json.PurchaseParser(utf8Json, rules: null).Read();

    /// <summary>
    /// Reads what a person mended of a line of a stream record: as <see cref="ReadAccepted"/>, but <c>ingested_at</c>
    /// may be missing.
    /// </summary>
    /// <param name="utf8Json">The text.</param>
    /// <param name="arrivedAt">When the record arrived in the stream: the purchase's <c>ingested_at</c> where the text
    /// has none.</param>
    public static PurchaseReading ReadMended(ReadOnlySpan<byte> utf8Json, DateTimeOffset arrivedAt) =>
        new Json.PurchaseParser(utf8Json, rules: null, usualIngestedAt: arrivedAt).Read();

    /// <summary>
    /// Reads one line of a lake object: a line of a stream record and the <c>position</c> it stood at.
    /// </summary>
    public static PurchaseReading ReadFromLake(ReadOnlySpan<byte> utf8Json) =>
        new Json.PurchaseParser(utf8Json, rules: null, isLake: true).Read();
}
