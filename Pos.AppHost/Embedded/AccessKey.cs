using System.Security.Cryptography;

namespace Pos.AppHost.Embedded;

/// <summary>The access key of a data folder's LocalCloud: random, made at the first start.</summary>
internal sealed record AccessKey(string Id, string Secret)
{
    private const string IdKey = "aws_access_key_id";
    private const string SecretKey = "aws_secret_access_key";

    /// <summary>
    /// Kept in the format of AWS's shared credentials file, so that any tool of AWS reads it by
    /// <c>AWS_SHARED_CREDENTIALS_FILE</c>.
    /// </summary>
    public static AccessKey In(DataFolder data)
    {
        if (!data.IsOpen)
            return new AccessKey(data.Secret("access-key-id", () => ""), data.Secret("secret-access-key", () => ""));
        var file = data["credentials"];
        var lines = SecretFile
            .Read(file, () => $"""
                    [default]
                    {IdKey} = LOCAL{RandomNumberGenerator.GetHexString(15)}
                    {SecretKey} = {RandomNumberGenerator.GetHexString(40, lowercase: true)}

                    """)
            .Split('\n');
        return new AccessKey(Value(IdKey), Value(SecretKey));

        string Value(string key) =>
            lines
                .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
                .FirstOrDefault(pair => pair[0] == key && pair.Length == 2)
                ?[1]
            ?? throw new DataFolderException($"{file} has no {key}. Delete the file: the next start makes a new one.");
    }
}
