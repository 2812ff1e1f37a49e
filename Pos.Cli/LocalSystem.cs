namespace Pos.Cli;

/// <summary>
/// Makes the system of a running AppHost the target of the AWS SDK and of the configuration, by environment variables.
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

    // Settings of the AWS SDK and names of resources.
    private static readonly string[] s_variables = ["AWS_", "Pos__Resources__"];

    /// <summary>
    /// Sets the environment variables of the running AppHost's services in this process, unless the environment already
    /// has an AWS endpoint.
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
