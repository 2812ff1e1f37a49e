using System.Text.Json.Nodes;
using Amazon.Kinesis;
using Amazon.KinesisFirehose;
using Amazon.Runtime;
using Xunit;

namespace Pos.Tests.AwsSdk;

/// <summary>Creates clients of a test server and checks the form of their requests.</summary>
internal static class Clients
{
    public static readonly BasicAWSCredentials Credentials = new("AKIDEXAMPLE", "secret");

    public static AmazonKinesisClient Kinesis(string url, int maxErrorRetry = 0) =>
        new(
            Credentials,
            new AmazonKinesisConfig
            {
                ServiceURL = url,
                AuthenticationRegion = "eu-west-1",
                MaxErrorRetry = maxErrorRetry,
            }
        );

    public static AmazonKinesisFirehoseClient Firehose(string url, int maxErrorRetry = 0) =>
        new(
            Credentials,
            new AmazonKinesisFirehoseConfig
            {
                ServiceURL = url,
                AuthenticationRegion = "eu-west-1",
                MaxErrorRetry = maxErrorRetry,
            }
        );

    public static void AssertSent(RecordedRequest request, string target, string json)
    {
        Assert.Equal("POST", request.Method);
        Assert.Equal("/", request.Path);
        Assert.Equal(target, request.Headers["X-Amz-Target"]);
        Assert.Equal("application/x-amz-json-1.1", request.Headers["Content-Type"]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), request.Json), $"Sent: {request.Json.ToJsonString()}");
    }
}
