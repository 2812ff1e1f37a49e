using System.Net;
using System.Text.RegularExpressions;
using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

/// <summary>Checks S3's rules for bucket names (User Guide, "General purpose bucket naming rules").</summary>
internal static partial class BucketName
{
    /// <exception cref="AwsException">InvalidBucketName.</exception>
    public static void Check(string name)
    {
        if (
            !Pattern().IsMatch(name)
            || name.Contains("..", StringComparison.Ordinal)
            || IPAddress.TryParse(name, out _)
        )
            throw S3Errors.InvalidBucketName(name);
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.\-]{1,61}[a-z0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
