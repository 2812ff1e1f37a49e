using System.ComponentModel.DataAnnotations;
using Pos.Contracts;

namespace Pos.Ingest.Purchases;

/// <summary>Limits of a request, and of all concurrent requests.</summary>
internal sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Currency of purchases without one, as an ISO 4217 code.</summary>
    [RegularExpression("[A-Z]{3}")]
    public string DefaultCurrency { get; set; } = PurchaseRules.UsualCurrency;

    /// <summary>Maximum number of purchases in a request.</summary>
    [Range(1, 10_000)]
    [ConfigurationKeyName("MostPurchases")]
    public int MaxPurchases { get; set; } = PurchaseLimits.MaxRequestPurchases;

    /// <summary>
    /// Maximum bytes of a request's body when decompressed. 4 MiB, because API Gateway and Lambda accept up to 6 MB.
    /// </summary>
    [Range(256 * 1024, 64 * 1024 * 1024)]
    [ConfigurationKeyName("MostBodyBytes")]
    public int MaxBodyBytes { get; set; } = PurchaseLimits.MaxRequestBytes;

    /// <summary>
    /// Maximum bytes of all bodies that are being read or wait for the stream. Requests above it return 429.
    /// </summary>
    [Range(1024 * 1024, 1024 * 1024 * 1024)]
    [ConfigurationKeyName("MostBytesWaiting")]
    public int MaxBytesWaiting { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Maximum number of purchases of a traced request that carry its trace context on to the stores. Only the first
    /// ones do; the rest are not traced beyond the stream.
    /// </summary>
    [Range(0, 10_000)]
    public int MaxTracedPurchases { get; set; } = 8;
}
