using Pos.Contracts.Json;

namespace Pos.Contracts;

/// <summary>Contains the parts of the contract's rules that come from configuration and the clock.</summary>
/// <param name="Now">The time of acceptance: becomes <c>ingested_at</c>. <c>purchased_at</c> may be up to one day
/// later.</param>
/// <param name="DefaultCurrency">ISO 4217 code for purchases that name none.</param>
public readonly record struct PurchaseRules(DateTimeOffset Now, string DefaultCurrency = PurchaseRules.UsualCurrency)
{
    /// <summary>The default currency unless configured otherwise.</summary>
    public const string UsualCurrency = "GBP";
}

/// <summary>The result of reading a purchase from JSON: the purchase, or every error.</summary>
/// <param name="Accepted">The purchase; null when there are errors.</param>
/// <param name="PurchaseId">The text's <c>purchase_id</c>, even if it is invalid; null when it cannot be read.</param>
/// <param name="Errors">Empty when the purchase is valid; at most <see cref="PurchaseLimits.MaxErrors"/>.</param>
public readonly record struct PurchaseReading(
    AcceptedPurchase? Accepted,
    string? PurchaseId,
    IReadOnlyList<PurchaseError> Errors
);

/// <summary>
/// Reads and validates purchases in one pass over UTF-8 JSON. Unknown and repeated fields are errors. Numbers count by
/// their exact value (<c>2.50</c> is 2.5, <c>1e2</c> is 100) and are never rounded. Indices in paths such as
/// <c>lines[3].quantity</c> start at 0. Invalid input never throws.
/// </summary>
public static class PurchaseReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// Reads a purchase as a till posts it: one JSON object of at most <see cref="PurchaseLimits.MaxPostedBytes"/>
    /// bytes, without the fields that ingest adds. <c>IngestedAt</c> becomes <see cref="PurchaseRules.Now"/>.
    /// </summary>
    public static PurchaseReading ReadPosted(ReadOnlySpan<byte> utf8Json, PurchaseRules rules)
    {
        if (utf8Json.StartsWith(ByteOrderMark))
            utf8Json = utf8Json[ByteOrderMark.Length..];
        return new Json.PurchaseParser(utf8Json, rules).Read();
    }

    /// <summary>
    /// Reads one line of a stream record: a purchase with <c>ingested_at</c> and optionally <c>traceparent</c>.
    /// Compares <c>purchased_at</c> with <c>ingested_at</c>, not with the clock. <c>currency</c> is required.
    /// </summary>
    public static PurchaseReading ReadAccepted(ReadOnlySpan<byte> utf8Json) =>
        new Json.PurchaseParser(utf8Json, rules: null).Read();

    /// <summary>
    /// Reads a line of a stream record that a person corrected. Like <see cref="ReadAccepted"/>, but <c>ingested_at</c>
    /// may be missing.
    /// </summary>
    /// <param name="utf8Json">One JSON object.</param>
    /// <param name="arrivedAt">When the record arrived in the stream. Replaces a missing <c>ingested_at</c>.</param>
    public static PurchaseReading ReadCorrected(ReadOnlySpan<byte> utf8Json, DateTimeOffset arrivedAt) =>
        new Json.PurchaseParser(utf8Json, rules: null, usualIngestedAt: arrivedAt).Read();

    /// <summary>
    /// Reads one line of a lake object: a line of a stream record plus its <c>position</c> in the stream.
    /// </summary>
    public static PurchaseReading ReadFromLake(ReadOnlySpan<byte> utf8Json) =>
        new Json.PurchaseParser(utf8Json, rules: null, isLake: true).Read();
}
