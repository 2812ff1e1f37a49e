using System.ComponentModel.DataAnnotations;

namespace LocalCloud;

internal sealed class LocalCloudOptions : IValidatableObject
{
    public const string Section = "LocalCloud";

    /// <summary>
    /// Folder of all acknowledged data, created if missing. Each service has a subfolder: streams, objects, delivery,
    /// tables.
    /// </summary>
    [Required]
    public string DataFolder { get; set; } = ".pos/localcloud";

    /// <summary>Region in ARNs. Requests may be signed for any region.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Account in ARNs.</summary>
    public string AccountId { get; set; } = "000000000000";

    /// <summary>
    /// Rejects calls beyond AWS's limits per account and per shard, with AWS's errors.
    /// </summary>
    public bool EnforceLimits { get; set; }

    /// <summary>
    /// Access key with which requests must be signed. Without one, credentials are not checked.
    /// </summary>
    public string? AccessKeyId { get; set; }

    /// <summary>The access key's secret.</summary>
    public string? SecretAccessKey { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(AccessKeyId) != string.IsNullOrEmpty(SecretAccessKey))
            yield return new ValidationResult(
                $"Set both {Section}:{nameof(AccessKeyId)} and {Section}:{nameof(SecretAccessKey)}, or neither."
            );
    }
}
