using Pos.AppHost.Backends;

namespace Pos.AppHost.Startup;

/// <summary>
/// The lake's bucket with its address and credentials. Without a URL, it is on AWS with the SDK's own credentials.
/// </summary>
internal sealed record LakeAddress(
    string Bucket,
    string Region,
    string? Url,
    string? AccessKeyId,
    string? SecretAccessKey
)
{
    public static async Task<LakeAddress> FindAsync(Backend backend, CancellationToken cancellationToken)
    {
        var settings = await backend.ResolveEnvironmentAsync(cancellationToken);
        return new LakeAddress(
            backend.Resources.LakeBucket,
            settings["AWS_REGION"],
            settings.GetValueOrDefault("AWS_ENDPOINT_URL_S3"),
            settings.GetValueOrDefault("AWS_ACCESS_KEY_ID"),
            settings.GetValueOrDefault("AWS_SECRET_ACCESS_KEY")
        );
    }
}
