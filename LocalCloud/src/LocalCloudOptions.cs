using System.ComponentModel.DataAnnotations;

namespace LocalCloud;

internal sealed class LocalCloudOptions : IValidatableObject
{
    public const string Section = "LocalCloud";

    /// <summary>
    /// Holds everything that was acknowledged; made when missing. Each part has a subfolder: streams, objects,
    /// delivery.
    /// </summary>
    [Required]
    public string DataFolder { get; set; } = ".pos/localcloud";

    /// <summary>Region in ARNs. Requests signed for any region are taken.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Account in ARNs.</summary>
    public string AccountId { get; set; } = "000000000000";

    /// <summary>
    /// Whether calls beyond what AWS takes of an account and of a shard are refused as AWS refuses them.
    /// </summary>
    public bool EnforceLimits { get; set; }

    /// <summary>
    /// The access key that requests have to be signed with. Without one, any credentials are taken, and none.
    /// </summary>
    public string? AccessKeyId { get; set; }

    /// <summary>The access key's secret.</summary>
    public string? SecretAccessKey { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (string.IsNullOrEmpty(AccessKeyId) != string.IsNullOrEmpty(SecretAccessKey))
            yield return new ValidationResult(
                $"{Section}:{nameof(AccessKeyId)} and {Section}:{nameof(SecretAccessKey)} belong together: set both, or neither."
            );
    }
}
