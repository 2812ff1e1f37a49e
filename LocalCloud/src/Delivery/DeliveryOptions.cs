using System.ComponentModel.DataAnnotations;

namespace LocalCloud.Delivery;

/// <summary>Whose buckets objects are staged in.</summary>
internal enum Staging
{
    /// <summary>LocalCloud's own.</summary>
    Own,

    /// <summary>Those of the S3 that <c>AWS_ENDPOINT_URL_S3</c> names.</summary>
    S3,
}

internal sealed class DeliveryOptions
{
    public const string Section = "LocalCloud:Delivery";

    public Staging Staging { get; set; }

    /// <summary>
    /// Run in the warehouse after each COPY, in a transaction of its own; empty for nothing. On AWS this is a scheduled
    /// query.
    /// </summary>
    public string AfterCopySql { get; set; } = "";

    /// <summary>
    /// Bytes that one stream keeps undelivered; beyond, puts are answered with ServiceUnavailableException.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MaxLogBytes { get; set; } = 8L * 1024 * 1024 * 1024;

    /// <summary>A log file is closed, and becomes deletable, at this size.</summary>
    [Range(1, int.MaxValue)]
    public long LogSegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Wait after the first failed attempt at a step; doubled with each further one.</summary>
    [Range(1, 3_600_000)]
    public int FirstRetryMilliseconds { get; set; } = 200;

    /// <summary>Longest wait between two attempts.</summary>
    [Range(1, 3_600_000)]
    public int LongestRetryMilliseconds { get; set; } = 15_000;

    /// <summary>Limit of one statement in the warehouse: a COPY, a merge.</summary>
    [Range(1, 86_400)]
    public int StatementTimeoutSeconds { get; set; } = 600;
}
