using System.Text;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Pos.Tests.Postgres;
using Xunit;
using static Pos.Tests.LocalCloud.Delivery.DeliveryFixture;

namespace Pos.Tests.LocalCloud.Delivery;

[SystemTest]
public sealed class FirehoseApiTests(PostgresServer postgres)
{
    [Fact]
    public async Task Streams_are_created_described_listed_and_deleted()
    {
        await using var delivery = await StartAsync(postgres);
        foreach (var name in new[] { "b", "a", "c", ".." })
            await delivery.CreateStreamAsync(name);
        await Assert.ThrowsAsync<ResourceInUseException>(() => delivery.CreateStreamAsync("a"));

        var described = (
            await delivery.Firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest { DeliveryStreamName = "a" }
            )
        ).DeliveryStreamDescription;
        Assert.Equal("arn:aws:firehose:us-east-1:000000000000:deliverystream/a", described.DeliveryStreamARN);
        Assert.Equal(DeliveryStreamStatus.ACTIVE, described.DeliveryStreamStatus);
        var destination = Assert.Single(described.Destinations).RedshiftDestinationDescription;
        Assert.Equal("pos", destination.Username);
        Assert.Equal(60, destination.RetryOptions.DurationInSeconds);
        Assert.Equal(0, destination.S3DestinationDescription.BufferingHints.IntervalInSeconds);

        var page = await delivery.Firehose.ListDeliveryStreamsAsync(new ListDeliveryStreamsRequest { Limit = 3 });
        Assert.Equal(["..", "a", "b"], page.DeliveryStreamNames);
        Assert.True(page.HasMoreDeliveryStreams);
        var rest = await delivery.Firehose.ListDeliveryStreamsAsync(
            new ListDeliveryStreamsRequest { ExclusiveStartDeliveryStreamName = "b" }
        );
        Assert.Equal(["c"], rest.DeliveryStreamNames);
        Assert.False(rest.HasMoreDeliveryStreams);

        await delivery.Firehose.DeleteDeliveryStreamAsync(new DeleteDeliveryStreamRequest { DeliveryStreamName = "a" });
        await Assert.ThrowsAsync<ResourceNotFoundException>(() => delivery.PutToAsync("a", Row("A")));
        await delivery.RestartAsync();
        Assert.Equal(
            ["..", "b", "c"],
            (await delivery.Firehose.ListDeliveryStreamsAsync(new ListDeliveryStreamsRequest())).DeliveryStreamNames
        );
    }

    public static TheoryData<string, Action<RedshiftDestinationConfiguration>> BadDestinations =>
        new()
        {
            { "BufferingHints.SizeInMBs", destination => destination.S3Configuration.BufferingHints.SizeInMBs = 129 },
            {
                "BufferingHints.IntervalInSeconds",
                destination => destination.S3Configuration.BufferingHints.IntervalInSeconds = 901
            },
            { "RetryOptions.DurationInSeconds", destination => destination.RetryOptions.DurationInSeconds = 7201 },
            { "ClusterJDBCURL", destination => destination.ClusterJDBCURL = "postgres://127.0.0.1/pos" },
            { "BucketARN", destination => destination.S3Configuration.BucketARN = "staging" },
            {
                "CompressionFormat",
                destination => destination.S3Configuration.CompressionFormat = CompressionFormat.Snappy
            },
            { "GZIP", destination => destination.CopyCommand.CopyOptions = "json 'auto'" },
            { "JSON 'auto'", destination => destination.CopyCommand.CopyOptions = "csv gzip" },
            { "DataTableName", destination => destination.CopyCommand.DataTableName = "t; DROP TABLE purchase_lines" },
            { "BufferingHints", destination => destination.S3Configuration.BufferingHints.SizeInMBs = null },
            { "S3BackupConfiguration", destination => destination.S3BackupMode = RedshiftS3BackupMode.Enabled },
            { "S3BackupMode", destination => destination.S3BackupMode = "Sometimes" },
            { "DataTableColumns", destination => destination.CopyCommand.DataTableColumns = "a, b\"" },
        };

    [Theory]
    [MemberData(nameof(BadDestinations))]
    public async Task The_error_for_an_invalid_destination_names_the_member(
        string named,
        Action<RedshiftDestinationConfiguration> change
    )
    {
        await using var delivery = await StartAsync(postgres);
        var error = await Assert.ThrowsAsync<InvalidArgumentException>(() =>
            delivery.CreateStreamAsync(change: change)
        );
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public async Task Puts_beyond_a_limit_are_rejected_completely()
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync();

        Assert.Equal(
            "ValidationException",
            (await ExpectErrorAsync(() => delivery.PutAsync(Enumerable.Repeat("x", 501)))).ErrorCode
        );
        Assert.Equal(
            "ValidationException",
            (await ExpectErrorAsync(() => delivery.PutAsync(new string('x', 1_024_001)))).ErrorCode
        );
        var large = Enumerable.Repeat(new string('x', 1_000_000), 5);
        Assert.Equal("InvalidArgumentException", (await ExpectErrorAsync(() => delivery.PutAsync(large))).ErrorCode);
        var missing = await ExpectErrorAsync(() => delivery.PutToAsync("none", "x"));
        Assert.Equal("ResourceNotFoundException", missing.ErrorCode);
        Assert.Equal(0, delivery.State().BacklogBytes);

        Assert.Equal(
            0,
            (await delivery.PutAsync([new string('x', 1_024_000), .. Enumerable.Repeat("y", 499)])).FailedPutCount
        );
    }

    [Theory]
    [InlineData("PutRecord", """{"DeliveryStreamName":"purchases-to-warehouse","Record":{"Data":"\ud800"}}""")]
    [InlineData("PutRecord", """{"DeliveryStreamName":"\udc00","Record":{"Data":"eA=="}}""")]
    [InlineData(
        "PutRecordBatch",
        """{"DeliveryStreamName":"purchases-to-warehouse","Records":[{"Data":"eA=="},{"Data":"\ud800eA=="}]}"""
    )]
    public async Task A_call_with_an_unpaired_surrogate_is_rejected(string operation, string body)
    {
        await using var delivery = await StartAsync(postgres);
        await delivery.CreateStreamAsync(change: destination =>
            destination.S3Configuration.BufferingHints.IntervalInSeconds = 900
        );
        using var http = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, delivery.Server.Url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.1"),
        };
        message.Headers.Add("X-Amz-Target", $"Firehose_20150804.{operation}");
        using var answer = await http.SendAsync(message);
        Assert.Equal(
            (400, "SerializationException"),
            ((int)answer.StatusCode, answer.Headers.GetValues("x-amzn-ErrorType").Single())
        );
        Assert.Equal(0, delivery.State().BacklogBytes);
    }

    [Fact]
    public async Task A_full_log_accepts_the_records_that_fit_and_reports_the_others()
    {
        await using var delivery = await StartAsync(postgres, null, "--LocalCloud:Delivery:MaxLogBytes=1000");
        await delivery.CreateStreamAsync(change: destination =>
            destination.S3Configuration.BufferingHints.IntervalInSeconds = 900
        );
        var record = new string('x', 300);

        var answer = await delivery.PutAsync(Enumerable.Repeat(record, 5));
        Assert.Equal(2, answer.FailedPutCount);
        Assert.Equal(
            [null, null, null, "ServiceUnavailableException", "ServiceUnavailableException"],
            answer.RequestResponses.Select(response => response.ErrorCode)
        );

        var error = await Assert.ThrowsAsync<ServiceUnavailableException>(() => delivery.PutAsync(record));
        Assert.Equal(System.Net.HttpStatusCode.ServiceUnavailable, error.StatusCode);
    }

    private static Task<AmazonKinesisFirehoseException> ExpectErrorAsync(Func<Task> call) =>
        Assert.ThrowsAnyAsync<AmazonKinesisFirehoseException>(call);
}
