using System.ComponentModel.DataAnnotations;

namespace Pos.LocalCloud;

internal sealed class LocalCloudOptions
{
    public const string Section = "LocalCloud";

    /// <summary>Holds everything that was acknowledged; made when missing. Each part has a subfolder: streams, objects, delivery.</summary>
    [Required]
    public string DataFolder { get; set; } = ".pos/localcloud";

    /// <summary>Region in ARNs. Requests signed for any region are taken.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>Account in ARNs.</summary>
    public string AccountId { get; set; } = "000000000000";
}
