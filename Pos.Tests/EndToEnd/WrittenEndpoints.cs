using System.Text.Json;
using Amazon.Runtime;

namespace Pos.Tests.EndToEnd;

/// <summary>What a running AppHost has written for scripts: <c>endpoints.json</c>.</summary>
/// <param name="dataFolder">The AppHost's.</param>
internal sealed class WrittenEndpoints(string dataFolder)
{
    private readonly Dictionary<string, string> _endpoints = JsonSerializer.Deserialize<Dictionary<string, string>>(
        File.ReadAllBytes(Path.Combine(dataFolder, "endpoints.json"))
    )!;

    public string this[string name] => _endpoints[name];

    /// <summary>Where Kinesis answers.</summary>
    public string Stream => this["AWS_ENDPOINT_URL_KINESIS"];

    /// <summary>Where S3 answers.</summary>
    public string Objects => this["AWS_ENDPOINT_URL_S3"];

    /// <summary>Where DynamoDB answers.</summary>
    public string Table => this["AWS_ENDPOINT_URL_DYNAMODB"];

    public AWSCredentials Credentials =>
        new BasicAWSCredentials(this["AWS_ACCESS_KEY_ID"], this["AWS_SECRET_ACCESS_KEY"]);
}
