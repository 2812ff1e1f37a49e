using System.Security.Cryptography;

namespace Pos.AppHost.Embedded;

/// <summary>The access key of a data folder, created at the first start. LocalCloud requires it.</summary>
internal sealed record AccessKey(ParameterResource Id, ParameterResource Secret)
{
    private const string IdKey = "aws_access_key_id";
    private const string SecretKey = "aws_secret_access_key";

    /// <summary>
    /// Adds the key as two parameters. The file has the format of AWS's shared credentials file, which AWS's tools can
    /// read (<c>AWS_SHARED_CREDENTIALS_FILE</c>).
    /// </summary>
    public static AccessKey AddTo(IDistributedApplicationBuilder builder, DataFolder data) =>
        new(
            builder.AddParameter("access-key-id", () => Read(data, IdKey)).Resource,
            builder.AddParameter("secret-access-key", () => Read(data, SecretKey), secret: true).Resource
        );

    private static string Read(DataFolder data, string key)
    {
        var content = data.Secret("credentials", () => $"""
                [default]
                {IdKey} = LOCAL{RandomNumberGenerator.GetHexString(15)}
                {SecretKey} = {RandomNumberGenerator.GetHexString(40, lowercase: true)}

                """);
        return content
            .Split('\n')
            .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .FirstOrDefault(pair => pair[0] == key && pair.Length == 2)
            ?[1]
            ?? throw new DataFolderException(
                $"{data["credentials"]} has no {key}. Delete the file; the next start creates a new one."
            );
    }
}
