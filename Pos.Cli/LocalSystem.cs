namespace Pos.Cli;

/// <summary>The system that an AppHost runs here, as the AWS SDK and configuration take it: from the environment.</summary>
internal static class LocalSystem
{
    private static readonly string[] s_endpoints = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_FIREHOSE", "AWS_ENDPOINT_URL_DYNAMODB"];

    /// <summary>Points this process to the running AppHost's parts, unless the environment says where they are: then it is left as it is.</summary>
    /// <param name="name">The part that answers S3 and Firehose.</param>
    public static void Use(string name = "localcloud")
    {
        if (s_endpoints.Any(endpoint => Environment.GetEnvironmentVariable(endpoint) is { Length: > 0 }) || Endpoints.Find(name) is not { } url)
            return;
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", url);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_FIREHOSE", url);
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_DYNAMODB", Endpoints.Find("dynalite"));
        foreach (var variable in (string[])["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
            Environment.SetEnvironmentVariable(variable, Endpoints.Find(variable));
    }
}
