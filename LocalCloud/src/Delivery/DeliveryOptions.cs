using System.ComponentModel.DataAnnotations;

namespace LocalCloud.Delivery;

/// <summary>The object store in which delivery stages objects.</summary>
internal enum Staging
{
    /// <summary>LocalCloud's buckets.</summary>
    Own,

    /// <summary>Buckets of the S3 at <c>AWS_ENDPOINT_URL_S3</c>.</summary>
    S3,
}

internal sealed class DeliveryOptions
{
    public const string Section = "LocalCloud:Delivery";

    public Staging Staging { get; set; }

    /// <summary>
    /// SQL statement to run in the warehouse after each COPY, in its own transaction. Empty for none. On AWS, use a
    /// scheduled query instead.
    /// </summary>
    public string AfterCopySql { get; set; } = "";

    /// <summary>
    /// Maximum size of a stream's undelivered records. Beyond it, puts fail with ServiceUnavailableException.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MaxLogBytes { get; set; } = 8L * 1024 * 1024 * 1024;

    /// <summary>Size at which a log file is closed. It is deleted when all its records are delivered.</summary>
    [Range(1, int.MaxValue)]
    public long LogSegmentBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Delay after the first failed attempt of a step. It doubles with each further attempt.</summary>
    [Range(1, 3_600_000)]
    public int FirstRetryMilliseconds { get; set; } = 200;

    /// <summary>Maximum delay between two attempts. The configuration key is LongestRetryMilliseconds.</summary>
    [ConfigurationKeyName("LongestRetryMilliseconds")]
    [Range(1, 3_600_000)]
    public int MaxRetryMilliseconds { get; set; } = 15_000;

    /// <summary>Timeout of a statement in the warehouse, such as a COPY or a merge.</summary>
    [Range(1, 86_400)]
    public int StatementTimeoutSeconds { get; set; } = 600;
}
