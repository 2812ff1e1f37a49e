using System.ComponentModel.DataAnnotations;
using Pos.Contracts;

namespace Pos.Ingest.Purchases;

/// <summary>What a post may hold, and how much the process holds at a time.</summary>
internal sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Currency of purchases that name none, an ISO 4217 code.</summary>
    [RegularExpression("[A-Z]{3}")]
    public string DefaultCurrency { get; set; } = PurchaseRules.UsualCurrency;

    /// <summary>Purchases in one request.</summary>
    [Range(1, 10_000)]
    public int MostPurchases { get; set; } = PurchaseLimits.MaxRequestPurchases;

    /// <summary>Bytes of a request's body, decompressed. 4 MiB; API Gateway and Lambda take 6 MB.</summary>
    [Range(256 * 1024, 64 * 1024 * 1024)]
    public int MostBodyBytes { get; set; } = PurchaseLimits.MaxRequestBytes;

    /// <summary>
    /// Bytes of all bodies that are being read or wait for the stream; what goes beyond is answered 429.
    /// </summary>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    public int MostBytesWaiting { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Purchases of a traced request that carry its trace context on to the stores: the first ones. The rest are not
    /// traced beyond the stream.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxTracedPurchases { get; set; } = 8;
}
