using System.ComponentModel.DataAnnotations;

namespace Pos.Ui.Aws;

/// <summary>
/// What is different where the services are functions behind API Gateway. All of it is empty elsewhere.
/// </summary>
public sealed class AwsOptions
{
    public const string Section = "Ui:Aws";

    /// <summary>Region of the APIs. With it, each request is signed with the process's identity.</summary>
    public string? SignatureRegion { get; set; }

    /// <summary>
    /// Bucket of the keys by which a page that one replica has rendered is taken by the others, and after a deployment.
    /// </summary>
    public string? KeysBucket { get; set; }

    /// <summary>Where the pipeline is watched, as no function can tell of all others.</summary>
    [Url]
    public string? Dashboard { get; set; }
}
