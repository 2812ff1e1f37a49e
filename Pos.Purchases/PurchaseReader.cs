namespace Pos.Purchases;

/// <summary>What configuration and the clock add to the rules of the contract.</summary>
/// <param name="Now">The time that <c>purchased_at</c> may be one day past.</param>
/// <param name="DefaultCurrency">ISO 4217 code for purchases that name none.</param>
public readonly record struct PurchaseRules(DateTimeOffset Now, string DefaultCurrency = "GBP");

/// <summary>A purchase read from JSON: valid, or with every reason why it is not.</summary>
/// <param name="Accepted">The purchase; null when there are errors.</param>
/// <param name="PurchaseId">What the text gave as <c>purchase_id</c>, also when it is not valid; null when nothing readable.</param>
/// <param name="Errors">Empty when the purchase is valid.</param>
public readonly record struct PurchaseReading(AcceptedPurchase? Accepted, string? PurchaseId, IReadOnlyList<PurchaseError> Errors);

/// <summary>Reads and validates purchases in one pass over UTF-8 JSON.</summary>
public static class PurchaseReader
{
    /// <summary>Reads what a till posts: one JSON object, without the fields that ingest adds.</summary>
    public static PurchaseReading ReadPosted(ReadOnlySpan<byte> utf8Json, PurchaseRules rules) => throw new NotImplementedException();

    /// <summary>Reads one line of a stream record or lake object: a purchase with <c>ingested_at</c> and perhaps <c>traceparent</c>.
    /// <c>purchased_at</c> is held against <c>ingested_at</c>, not against the clock.</summary>
    public static PurchaseReading ReadAccepted(ReadOnlySpan<byte> utf8Json) => throw new NotImplementedException();
}
