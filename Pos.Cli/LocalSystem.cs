namespace Pos.Cli;

/// <summary>
/// The system that an AppHost runs here, as the AWS SDK and configuration take it: from the environment.
/// </summary>
internal static class LocalSystem
{
    private static readonly string[] s_endpoints =
    [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_ENDPOINT_URL_FIREHOSE",
        "AWS_ENDPOINT_URL_DYNAMODB",
    ];

    // What an AppHost has told its services of the AWS SDK, and of the resources' names.
    private static readonly string[] s_variables = ["AWS_", "Pos__Resources__"];

    /// <summary>
    /// Points this process to what the running AppHost's services work on, unless the environment says where that is:
    /// then it is left as it is.
    /// </summary>
    public static void Use()
    {
        if (s_endpoints.Any(endpoint => Environment.GetEnvironmentVariable(endpoint) is { Length: > 0 }))
            return;
        foreach (
            var (name, value) in Endpoints
                .All()
                .Where(entry => s_variables.Any(prefix => entry.Key.StartsWith(prefix, StringComparison.Ordinal)))
        )
            Environment.SetEnvironmentVariable(name, value);
    }
}
