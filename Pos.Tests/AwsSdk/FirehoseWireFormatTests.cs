using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Xunit;
using Record = Amazon.KinesisFirehose.Model.Record;

namespace Pos.Tests.AwsSdk;

/// <summary>
/// Compares requests and responses with the Amazon Data Firehose API Reference, for a delivery stream to Redshift.
/// </summary>
[SystemTest]
public sealed class FirehoseWireFormatTests
{
    [Fact]
    public async Task CreateDeliveryStream()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """{"DeliveryStreamARN":"arn:aws:firehose:us-east-1:123456789012:deliverystream/exampleStreamName"}"""
            )
        );
        using var firehose = Clients.Firehose(server.Url);
        var created = await firehose.CreateDeliveryStreamAsync(
            new CreateDeliveryStreamRequest
            {
                DeliveryStreamName = "exampleStreamName",
                DeliveryStreamType = DeliveryStreamType.DirectPut,
                RedshiftDestinationConfiguration = new RedshiftDestinationConfiguration
                {
                    RoleARN = "arn:aws:iam::123456789012:role/firehose",
                    ClusterJDBCURL = "jdbc:redshift://example.host:5439/pos",
                    Username = "loader",
                    Password = "s3cret\"",
                    CopyCommand = new CopyCommand
                    {
                        DataTableName = "landing",
                        DataTableColumns = "a, b",
                        CopyOptions = "json 'auto' gzip",
                    },
                    RetryOptions = new RedshiftRetryOptions { DurationInSeconds = 0 },
                    S3Configuration = new S3DestinationConfiguration
                    {
                        RoleARN = "arn:aws:iam::123456789012:role/firehose",
                        BucketARN = "arn:aws:s3:::staging",
                        Prefix = "purchases/",
                        ErrorOutputPrefix = "failed/",
                        BufferingHints = new BufferingHints { SizeInMBs = 3, IntervalInSeconds = 60 },
                        CompressionFormat = CompressionFormat.GZIP,
                    },
                },
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Firehose_20150804.CreateDeliveryStream",
            """
            {"DeliveryStreamName":"exampleStreamName","DeliveryStreamType":"DirectPut",
              "RedshiftDestinationConfiguration":{
              "ClusterJDBCURL":"jdbc:redshift://example.host:5439/pos",
              "CopyCommand":{"CopyOptions":"json 'auto' gzip","DataTableColumns":"a, b","DataTableName":"landing"},
              "Password":"s3cret\"","RetryOptions":{"DurationInSeconds":0},
                "RoleARN":"arn:aws:iam::123456789012:role/firehose",
              "S3Configuration":{"BucketARN":"arn:aws:s3:::staging","BufferingHints":{"IntervalInSeconds":60,
                "SizeInMBs":3},
                "CompressionFormat":"GZIP","ErrorOutputPrefix":"failed/","Prefix":"purchases/",
                  "RoleARN":"arn:aws:iam::123456789012:role/firehose"},
              "Username":"loader"}}
            """
        );
        Assert.Equal(
            "arn:aws:firehose:us-east-1:123456789012:deliverystream/exampleStreamName",
            created.DeliveryStreamARN
        );
    }

    [Fact]
    public async Task DescribeDeliveryStream()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"DeliveryStreamDescription":{"CreateTimestamp":1.442964240123E9,"DeliveryStreamARN":"arn:d",
                  "DeliveryStreamName":"exampleStreamName",
                  "DeliveryStreamStatus":"ACTIVE","DeliveryStreamType":"DirectPut","HasMoreDestinations":false,
                    "LastUpdateTimestamp":1442964241,"VersionId":"3",
                  "DeliveryStreamEncryptionConfiguration":{"Status":"DISABLED"},
                  "Destinations":[{"DestinationId":"destinationId-000000000001","RedshiftDestinationDescription":{
                    "ClusterJDBCURL":"jdbc:redshift://example.host:5439/pos","CopyCommand":{"CopyOptions":"gzip",
                      "DataTableColumns":"a","DataTableName":"landing"},
                    "RetryOptions":{"DurationInSeconds":3600},"RoleARN":"arn:role","Username":"loader",
                      "CloudWatchLoggingOptions":{"Enabled":false},
                    "S3DestinationDescription":{"BucketARN":"arn:aws:s3:::staging",
                      "BufferingHints":{"IntervalInSeconds":300,"SizeInMBs":5},
                      "CompressionFormat":"UNCOMPRESSED",
                        "EncryptionConfiguration":{"NoEncryptionConfig":"NoEncryption"},
                      "ErrorOutputPrefix":"failed/","Prefix":"purchases/","RoleARN":"arn:role"}}}]}}
                """
            )
        );
        using var firehose = Clients.Firehose(server.Url);
        var stream = (
            await firehose.DescribeDeliveryStreamAsync(
                new DescribeDeliveryStreamRequest
                {
                    DeliveryStreamName = "exampleStreamName",
                    ExclusiveStartDestinationId = "destinationId-000000000000",
                    Limit = 1,
                }
            )
        ).DeliveryStreamDescription;

        Clients.AssertSent(
            server.TheRequest,
            "Firehose_20150804.DescribeDeliveryStream",
            """
            {"DeliveryStreamName":"exampleStreamName","ExclusiveStartDestinationId":"destinationId-000000000000",
             "Limit":1}
            """
        );
        Assert.Equal(
            ("arn:d", "exampleStreamName", "3", false),
            (stream.DeliveryStreamARN, stream.DeliveryStreamName, stream.VersionId, stream.HasMoreDestinations)
        );
        Assert.Equal(
            (DeliveryStreamStatus.ACTIVE, DeliveryStreamType.DirectPut),
            (stream.DeliveryStreamStatus, stream.DeliveryStreamType)
        );
        Assert.Equal(new DateTime(2015, 9, 22, 23, 24, 1, DateTimeKind.Utc), stream.LastUpdateTimestamp);
        Assert.Equal(
            stream.LastUpdateTimestamp!.Value.AddMilliseconds(-877),
            stream.CreateTimestamp!.Value,
            TimeSpan.FromMilliseconds(1)
        );

        var destination = Assert.Single(stream.Destinations);
        Assert.Equal("destinationId-000000000001", destination.DestinationId);
        var redshift = destination.RedshiftDestinationDescription;
        Assert.Equal(
            ("jdbc:redshift://example.host:5439/pos", "loader", "arn:role"),
            (redshift.ClusterJDBCURL, redshift.Username, redshift.RoleARN)
        );
        Assert.Equal(
            ("landing", "a", "gzip"),
            (
                redshift.CopyCommand.DataTableName,
                redshift.CopyCommand.DataTableColumns,
                redshift.CopyCommand.CopyOptions
            )
        );
        Assert.Equal(3600, redshift.RetryOptions.DurationInSeconds);
        var s3 = redshift.S3DestinationDescription;
        Assert.Equal(
            ("arn:aws:s3:::staging", "purchases/", "failed/", "arn:role"),
            (s3.BucketARN, s3.Prefix, s3.ErrorOutputPrefix, s3.RoleARN)
        );
        Assert.Equal(
            (300, 5, CompressionFormat.UNCOMPRESSED),
            (s3.BufferingHints.IntervalInSeconds, s3.BufferingHints.SizeInMBs, s3.CompressionFormat)
        );
    }

    [Fact]
    public async Task ListDeliveryStreams()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok("""{"DeliveryStreamNames":["a","b"],"HasMoreDeliveryStreams":true}""")
        );
        using var firehose = Clients.Firehose(server.Url);
        var list = await firehose.ListDeliveryStreamsAsync(
            new ListDeliveryStreamsRequest
            {
                DeliveryStreamType = DeliveryStreamType.DirectPut,
                ExclusiveStartDeliveryStreamName = "0",
                Limit = 2,
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Firehose_20150804.ListDeliveryStreams",
            """{"DeliveryStreamType":"DirectPut","ExclusiveStartDeliveryStreamName":"0","Limit":2}"""
        );
        Assert.Equal(["a", "b"], list.DeliveryStreamNames);
        Assert.True(list.HasMoreDeliveryStreams);
    }

    [Fact]
    public async Task DeleteDeliveryStream()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        using var firehose = Clients.Firehose(server.Url);
        await firehose.DeleteDeliveryStreamAsync(
            new DeleteDeliveryStreamRequest { DeliveryStreamName = "exampleStreamName", AllowForceDelete = false }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Firehose_20150804.DeleteDeliveryStream",
            """{"AllowForceDelete":false,"DeliveryStreamName":"exampleStreamName"}"""
        );
    }

    [Fact]
    public async Task UpdateDestination_sends_only_changes()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok("{}"));
        using var firehose = Clients.Firehose(server.Url);
        await firehose.UpdateDestinationAsync(
            new UpdateDestinationRequest
            {
                DeliveryStreamName = "exampleStreamName",
                CurrentDeliveryStreamVersionId = "3",
                DestinationId = "destinationId-000000000001",
                RedshiftDestinationUpdate = new RedshiftDestinationUpdate
                {
                    Password = "other",
                    S3Update = new S3DestinationUpdate
                    {
                        BufferingHints = new BufferingHints { SizeInMBs = 1, IntervalInSeconds = 0 },
                    },
                },
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Firehose_20150804.UpdateDestination",
            """
            {"CurrentDeliveryStreamVersionId":"3","DeliveryStreamName":"exampleStreamName",
              "DestinationId":"destinationId-000000000001",
             "RedshiftDestinationUpdate":{"Password":"other","S3Update":{"BufferingHints":{"IntervalInSeconds":0,
               "SizeInMBs":1}}}}
            """
        );
    }

    [Fact]
    public async Task PutRecord()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok("""{"Encrypted":true,"RecordId":"record1"}""")
        );
        using var firehose = Clients.Firehose(server.Url);
        var put = await firehose.PutRecordAsync(
            new PutRecordRequest
            {
                DeliveryStreamName = "exampleStreamName",
                Record = new Record { Data = new MemoryStream("some data\n"u8.ToArray()) },
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Firehose_20150804.PutRecord",
            """{"DeliveryStreamName":"exampleStreamName","Record":{"Data":"c29tZSBkYXRhCg=="}}"""
        );
        Assert.Equal((true, "record1"), (put.Encrypted, put.RecordId));
    }

    [Fact]
    public async Task PutRecordBatch_with_a_failed_entry()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"Encrypted":false,"FailedPutCount":1,"RequestResponses":[{"RecordId":"record1"},
                 {"ErrorCode":"ServiceUnavailableException","ErrorMessage":"Slow down."}]}
                """
            )
        );
        using var firehose = Clients.Firehose(server.Url);
        var put = await firehose.PutRecordBatchAsync(
            new PutRecordBatchRequest
            {
                DeliveryStreamName = "exampleStreamName",
                Records =
                [
                    new Record { Data = new MemoryStream("a"u8.ToArray()) },
                    new Record { Data = new MemoryStream("b"u8.ToArray()) },
                ],
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Firehose_20150804.PutRecordBatch",
            """{"DeliveryStreamName":"exampleStreamName","Records":[{"Data":"YQ=="},{"Data":"Yg=="}]}"""
        );
        Assert.Equal(1, put.FailedPutCount);
        Assert.Equal(["record1", null], put.RequestResponses.Select(entry => entry.RecordId));
        Assert.Equal(
            ("ServiceUnavailableException", "Slow down."),
            (put.RequestResponses[1].ErrorCode, put.RequestResponses[1].ErrorMessage)
        );
    }
}
