using System.Text.Json;
using Amazon.Runtime;

namespace Pos.Tests.EndToEnd;

/// <summary>Reads <c>endpoints.json</c>, which a running AppHost writes for scripts.</summary>
/// <param name="dataFolder">The AppHost's data folder.</param>
internal sealed class WrittenEndpoints(string dataFolder)
{
    private readonly Dictionary<string, string> _endpoints = JsonSerializer.Deserialize<Dictionary<string, string>>(
        File.ReadAllBytes(Path.Combine(dataFolder, "endpoints.json"))
    )!;

    public string this[string name] => _endpoints[name];

    /// <summary>Endpoint of Kinesis.</summary>
    public string Stream => this["AWS_ENDPOINT_URL_KINESIS"];

    /// <summary>Endpoint of S3.</summary>
    public string Objects => this["AWS_ENDPOINT_URL_S3"];

    /// <summary>Endpoint of DynamoDB.</summary>
    public string Table => this["AWS_ENDPOINT_URL_DYNAMODB"];

    public AWSCredentials Credentials =>
        new BasicAWSCredentials(this["AWS_ACCESS_KEY_ID"], this["AWS_SECRET_ACCESS_KEY"]);
}
