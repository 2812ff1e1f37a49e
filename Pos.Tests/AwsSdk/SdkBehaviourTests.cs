using System.Security.Cryptography;
using Amazon;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.KinesisFirehose;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Xunit;
using Firehose = Amazon.KinesisFirehose.Model;

namespace Pos.Tests.AwsSdk;

/// <summary>Tests behaviour that the clients get from AWSSDK.Core.</summary>
[SystemTest]
public sealed class SdkBehaviourTests
{
    private static readonly GetShardIteratorRequest s_latest = new()
    {
        StreamName = "s",
        ShardId = "0",
        ShardIteratorType = ShardIteratorType.LATEST,
    };

    [Fact]
    public async Task Requests_are_signed_for_Kinesis_in_the_region()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        using var kinesis = Clients.Kinesis(server.Url);
        await kinesis.GetShardIteratorAsync(s_latest);

        AssertSigned(server.TheRequest, "AKIDEXAMPLE", "/eu-west-1/kinesis/aws4_request");
    }

    [Fact]
    public async Task Requests_are_signed_for_Firehose_with_the_session_token()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        using var firehose = new AmazonKinesisFirehoseClient(
            "AKIDSESSION",
            "secret",
            "token",
            new AmazonKinesisFirehoseConfig { ServiceURL = server.Url, AuthenticationRegion = "eu-central-1" }
        );
        await firehose.ListDeliveryStreamsAsync(new Firehose.ListDeliveryStreamsRequest());

        AssertSigned(server.TheRequest, "AKIDSESSION", "/eu-central-1/firehose/aws4_request");
        Assert.Equal("token", server.TheRequest.Headers["X-Amz-Security-Token"]);
    }

    [Theory]
    [InlineData("ProvisionedThroughputExceededException", 400)]
    [InlineData("LimitExceededException", 400)]
    [InlineData("InternalFailure", 500)]
    [InlineData("ServiceUnavailable", 503)]
    public async Task A_throttled_or_failed_call_is_retried_with_the_same_body(string code, int status)
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Error(code, "Later.", status),
            Answer.Ok("""{"FailedRecordCount":0,"Records":[]}""")
        );
        using var kinesis = Clients.Kinesis(server.Url, maxErrorRetry: 1);
        await kinesis.PutRecordsAsync(
            new PutRecordsRequest
            {
                StreamName = "s",
                Records = [new() { PartitionKey = "p", Data = new MemoryStream("x"u8.ToArray()) }],
            }
        );

        var requests = server.Requests.ToArray();
        Assert.Equal(2, requests.Length);
        Assert.NotEmpty(requests[0].Body);
        Assert.Equal(requests[0].Body, requests[1].Body);
    }

    [Fact]
    public async Task A_client_error_is_not_retried()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Error("ResourceNotFoundException", "No."));
        using var kinesis = Clients.Kinesis(server.Url, maxErrorRetry: 3);
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => kinesis.GetShardIteratorAsync(s_latest));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_call_ends_when_it_is_cancelled()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Never);
        using var kinesis = Clients.Kinesis(server.Url);
        using var cancellation = new CancellationTokenSource();
        var call = kinesis.GetShardIteratorAsync(s_latest, cancellation.Token);
        await server.FirstRequestAsync();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Megabytes_are_sent_and_received_unchanged()
    {
        var data = Enumerable.Range(0, 500).Select(_ => RandomNumberGenerator.GetBytes(8 * 1024)).ToArray();
        var records = data.Select(bytes => $$"""{"Data":"{{Convert.ToBase64String(bytes)}}"}""");
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok("""{"FailedRecordCount":0,"Records":[]}"""),
            Answer.Ok($$"""{"Records":[{{string.Join(',', records)}}]}""")
        );
        using var kinesis = Clients.Kinesis(server.Url);

        await kinesis.PutRecordsAsync(
            new PutRecordsRequest
            {
                StreamName = "s",
                // Every other stream exposes its buffer. No stream is at its start.
                Records =
                [
                    .. data.Select(
                        (bytes, i) =>
                            new PutRecordsRequestEntry
                            {
                                PartitionKey = "p",
                                Data = AtEnd(new MemoryStream(bytes, 0, bytes.Length, false, i % 2 == 0)),
                            }
                    ),
                ],
            }
        );
        Assert.Equal(
            data,
            server.TheRequest.Json["Records"]!
                .AsArray()
                .Select(entry => Convert.FromBase64String(entry!["Data"]!.GetValue<string>()))
        );

        var read = (await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = "i" })).Records;
        Assert.Equal(data, read.Select(record => record.Data.ToArray()));
    }

    [Theory]
    [InlineData(
        "eu-west-1",
        false,
        false,
        "https://kinesis.eu-west-1.amazonaws.com/",
        "https://firehose.eu-west-1.amazonaws.com/"
    )]
    [InlineData(
        "cn-north-1",
        false,
        false,
        "https://kinesis.cn-north-1.amazonaws.com.cn/",
        "https://firehose.cn-north-1.amazonaws.com.cn/"
    )]
    [InlineData("us-east-1", true, false, "https://kinesis.us-east-1.api.aws/", "https://firehose.us-east-1.api.aws/")]
    [InlineData(
        "us-east-1",
        false,
        true,
        "https://kinesis-fips.us-east-1.amazonaws.com/",
        "https://firehose-fips.us-east-1.amazonaws.com/"
    )]
    [InlineData(
        "us-gov-west-1",
        false,
        true,
        "https://kinesis.us-gov-west-1.amazonaws.com/",
        "https://firehose-fips.us-gov-west-1.amazonaws.com/"
    )]
    public void The_region_determines_the_endpoint_on_AWS(
        string region,
        bool dualStack,
        bool fips,
        string kinesis,
        string firehose
    )
    {
        Assert.Equal(kinesis, Endpoint(new AmazonKinesisConfig(), new PutRecordsRequest()));
        Assert.Equal(firehose, Endpoint(new AmazonKinesisFirehoseConfig(), new Firehose.PutRecordBatchRequest()));

        string Endpoint(ClientConfig config, AmazonWebServiceRequest request)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            config.UseDualstackEndpoint = dualStack;
            config.UseFIPSEndpoint = fips;
            return config.DetermineServiceOperationEndpoint(new ServiceOperationEndpointParameters(request)).URL;
        }
    }

    private static MemoryStream AtEnd(MemoryStream stream)
    {
        stream.Position = stream.Length;
        return stream;
    }

    private static void AssertSigned(RecordedRequest request, string accessKey, string scope)
    {
        var authorization = request.Headers["Authorization"];
        Assert.Matches(
            $"^AWS4-HMAC-SHA256 Credential={accessKey}/[0-9]{{8}}{scope}, "
                + "SignedHeaders=[a-z0-9;-]*x-amz-target[a-z0-9;-]*, Signature=[0-9a-f]{64}$",
            authorization
        );
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(request.Body)), request.Headers["X-Amz-Content-SHA256"]);
    }
}
