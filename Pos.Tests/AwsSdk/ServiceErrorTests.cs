using System.Net;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.KinesisFirehose;
using Amazon.Runtime;
using Xunit;
using Firehose = Amazon.KinesisFirehose.Model;

namespace Pos.Tests.AwsSdk;

[SystemTest]
public sealed class ServiceErrorTests
{
    private static readonly GetRecordsRequest s_getRecords = new() { ShardIterator = "i" };

    public static TheoryData<Type> KinesisErrors =>
        [
            typeof(AccessDeniedException),
            typeof(ExpiredIteratorException),
            typeof(ExpiredNextTokenException),
            typeof(InvalidArgumentException),
            typeof(LimitExceededException),
            typeof(ProvisionedThroughputExceededException),
            typeof(ResourceInUseException),
            typeof(ResourceNotFoundException),
        ];

    public static TheoryData<Type> FirehoseErrors =>
        [
            typeof(Firehose.ConcurrentModificationException),
            typeof(Firehose.InvalidArgumentException),
            typeof(Firehose.LimitExceededException),
            typeof(Firehose.ResourceInUseException),
            typeof(Firehose.ResourceNotFoundException),
            typeof(Firehose.ServiceUnavailableException),
        ];

    [Theory]
    [MemberData(nameof(KinesisErrors))]
    public async Task A_Kinesis_error_is_thrown_as_its_exception(Type exception)
    {
        await using var server = await RecordingServer.StartAsync(Answer.Error(exception.Name, "Because."));
        using var kinesis = Clients.Kinesis(server.Url);
        var error = await Assert.ThrowsAnyAsync<AmazonKinesisException>(() => kinesis.GetRecordsAsync(s_getRecords));

        Assert.Equal(exception, error.GetType());
        AssertError(error, exception.Name, HttpStatusCode.BadRequest, "Because.");
    }

    [Theory]
    [MemberData(nameof(FirehoseErrors))]
    public async Task A_Firehose_error_is_thrown_as_its_exception(Type exception)
    {
        await using var server = await RecordingServer.StartAsync(Answer.Error(exception.Name, "Because."));
        using var firehose = Clients.Firehose(server.Url);
        var error = await Assert.ThrowsAnyAsync<AmazonKinesisFirehoseException>(() =>
            firehose.DescribeDeliveryStreamAsync(
                new Firehose.DescribeDeliveryStreamRequest { DeliveryStreamName = "d" }
            )
        );

        Assert.Equal(exception, error.GetType());
        AssertError(error, exception.Name, HttpStatusCode.BadRequest, "Because.");
    }

    [Fact]
    public async Task An_error_type_with_a_namespace_is_recognized()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Error("com.amazonaws.kinesis.v20131202#ResourceNotFoundException", "No stream.")
        );
        using var kinesis = Clients.Kinesis(server.Url);

        var error = await Assert.ThrowsAsync<ResourceNotFoundException>(() => kinesis.GetRecordsAsync(s_getRecords));
        AssertError(error, "ResourceNotFoundException", HttpStatusCode.BadRequest, "No stream.");
    }

    [Fact]
    public async Task An_error_type_in_the_header_with_a_suffix_is_recognized()
    {
        await using var server = await RecordingServer.StartAsync(
            new Answer(
                400,
                """{"Message":"Too old."}""",
                (
                    "x-amzn-ErrorType",
                    "ExpiredIteratorException:http://internal.amazon.com/coral/com.amazonaws.kinesis.v20131202/"
                )
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);

        var error = await Assert.ThrowsAsync<ExpiredIteratorException>(() => kinesis.GetRecordsAsync(s_getRecords));
        AssertError(error, "ExpiredIteratorException", HttpStatusCode.BadRequest, "Too old.");
    }

    [Fact]
    public async Task A_code_without_its_own_exception_keeps_its_name()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Error("InternalFailure", "Broken.", 500));
        using var kinesis = Clients.Kinesis(server.Url);

        var error = await Assert.ThrowsAsync<AmazonKinesisException>(() => kinesis.GetRecordsAsync(s_getRecords));
        AssertError(error, "InternalFailure", HttpStatusCode.InternalServerError, "Broken.");
    }

    [Fact]
    public async Task A_proxys_page_instead_of_JSON_is_an_error_with_its_status()
    {
        await using var server = await RecordingServer.StartAsync(
            new Answer(502, "<html>Bad gateway</html>", ("Content-Type", "text/html"))
        );
        using var kinesis = Clients.Kinesis(server.Url);

        var error = await Assert.ThrowsAnyAsync<AmazonKinesisException>(() => kinesis.GetRecordsAsync(s_getRecords));
        Assert.Equal(HttpStatusCode.BadGateway, error.StatusCode);
    }

    [Fact]
    public async Task A_truncated_response_is_an_unmarshalling_error()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("""{"Records":[{"Data":"XzxkY"""));
        using var kinesis = Clients.Kinesis(server.Url);

        await Assert.ThrowsAsync<AmazonUnmarshallingException>(() => kinesis.GetRecordsAsync(s_getRecords));
    }

    private static void AssertError(AmazonServiceException error, string code, HttpStatusCode status, string message)
    {
        Assert.Equal(code, error.ErrorCode);
        Assert.Equal(status, error.StatusCode);
        Assert.Equal(message, error.Message);
        Assert.Equal(RecordingServer.RequestId, error.RequestId);
    }
}
