using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Xunit;

namespace Pos.Tests.AwsSdk;

/// <summary>Compares requests and responses with the examples in the Kinesis Data Streams API Reference.</summary>
[SystemTest]
public sealed class KinesisWireFormatTests
{
    private const string Iterator =
        "AAAAAAAAAAHsW8zCWf9164uy8Epue6WS3w6wmj4a4USt+CNvMd6uXQ+HL5vAJMznqqC0D"
        + "LKsIjuoiTi1BpT6nW0LN2M2D56zM5H8anHm30Gbri9ua+qaGgj+";

    [Fact]
    public async Task CreateStream()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok(""));
        using var kinesis = Clients.Kinesis(server.Url);
        var response = await kinesis.CreateStreamAsync(
            new CreateStreamRequest
            {
                StreamName = "exampleStreamName",
                ShardCount = 3,
                StreamModeDetails = new StreamModeDetails { StreamMode = StreamMode.PROVISIONED },
                Tags = new Dictionary<string, string> { ["team"] = "pos" },
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.CreateStream",
            """
            {"ShardCount":3,"StreamModeDetails":{"StreamMode":"PROVISIONED"},"StreamName":"exampleStreamName",
             "Tags":{"team":"pos"}}
            """
        );
        Assert.Equal(200, (int)response.HttpStatusCode);
        Assert.Equal(RecordingServer.RequestId, response.ResponseMetadata.RequestId);
    }

    [Fact]
    public async Task DeleteStream()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok(""));
        using var kinesis = Clients.Kinesis(server.Url);
        await kinesis.DeleteStreamAsync(
            new DeleteStreamRequest { StreamName = "exampleStreamName", EnforceConsumerDeletion = true }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.DeleteStream",
            """{"EnforceConsumerDeletion":true,"StreamName":"exampleStreamName"}"""
        );
    }

    [Fact]
    public async Task DescribeStreamSummary()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"StreamDescriptionSummary":{
                  "StreamName":"exampleStreamName",
                    "StreamARN":"arn:aws:kinesis:us-west-2:111111111111:stream/exampleStreamName",
                  "StreamStatus":"UPDATING","StreamModeDetails":{"StreamMode":"ON_DEMAND"},"RetentionPeriodHours":48,
                  "StreamCreationTimestamp":1572297168.0,"EnhancedMonitoring":[{"ShardLevelMetrics":["IncomingBytes"]}],
                  "EncryptionType":"KMS","KeyId":"alias/aws/kinesis","OpenShardCount":3,"ConsumerCount":1,
                  "WarmThroughput":{"TargetMiBps":1,"History":[[1],{"a":null}]}}}
                """
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var stream = (
            await kinesis.DescribeStreamSummaryAsync(
                new DescribeStreamSummaryRequest { StreamName = "exampleStreamName" }
            )
        ).StreamDescriptionSummary;

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.DescribeStreamSummary",
            """{"StreamName":"exampleStreamName"}"""
        );
        Assert.Equal("exampleStreamName", stream.StreamName);
        Assert.Equal("arn:aws:kinesis:us-west-2:111111111111:stream/exampleStreamName", stream.StreamARN);
        Assert.Equal(StreamStatus.UPDATING, stream.StreamStatus);
        Assert.Equal(StreamMode.ON_DEMAND, stream.StreamModeDetails.StreamMode);
        Assert.Equal(48, stream.RetentionPeriodHours);
        Assert.Equal(new DateTime(2019, 10, 28, 21, 12, 48, DateTimeKind.Utc), stream.StreamCreationTimestamp);
        Assert.Equal(DateTimeKind.Utc, stream.StreamCreationTimestamp!.Value.Kind);
        Assert.Equal(["IncomingBytes"], Assert.Single(stream.EnhancedMonitoring).ShardLevelMetrics);
        Assert.Equal(EncryptionType.KMS, stream.EncryptionType);
        Assert.Equal("alias/aws/kinesis", stream.KeyId);
        Assert.Equal(3, stream.OpenShardCount);
        Assert.Equal(1, stream.ConsumerCount);
    }

    [Fact]
    public async Task ListStreams()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"HasMoreStreams":true,"NextToken":"more","StreamNames":["a","b"],
                  "StreamSummaries":[{"StreamARN":"arn:a","StreamCreationTimestamp":1.572297168E9,
                 "StreamModeDetails":{"StreamMode":"PROVISIONED"},"StreamName":"a","StreamStatus":"ACTIVE"}]}
                """
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var streams = await kinesis.ListStreamsAsync(
            new ListStreamsRequest { Limit = 2, ExclusiveStartStreamName = "0" }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.ListStreams",
            """{"ExclusiveStartStreamName":"0","Limit":2}"""
        );
        Assert.True(streams.HasMoreStreams);
        Assert.Equal("more", streams.NextToken);
        Assert.Equal(["a", "b"], streams.StreamNames);
        var summary = Assert.Single(streams.StreamSummaries);
        Assert.Equal(
            ("arn:a", "a", StreamStatus.ACTIVE, StreamMode.PROVISIONED),
            (summary.StreamARN, summary.StreamName, summary.StreamStatus, summary.StreamModeDetails.StreamMode)
        );
    }

    [Fact]
    public async Task ListShards()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"NextToken":"AAAAAAAAAAGK9EEG0sJqVhCUS2JsgigQ5dcpB4q9PYswrH2oK44Skbjtm+WR0xA7",
                 "Shards":[{"ShardId":"shardId-000000000001",
                   "HashKeyRange":{"EndingHashKey":"68056473384187692692674921486353642280",
                   "StartingHashKey":"34028236692093846346337460743176821145"},
                   "SequenceNumberRange":{
                     "StartingSequenceNumber":"49579844037727333356165064238440708846556371693205002258"}},
                  {"ShardId":"shardId-000000000002","ParentShardId":"shardId-000000000000",
                    "AdjacentParentShardId":"shardId-000000000001",
                   "HashKeyRange":{"EndingHashKey":"10","StartingHashKey":"0"},
                   "SequenceNumberRange":{"StartingSequenceNumber":"1","EndingSequenceNumber":"2"}}]}
                """
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var page = await kinesis.ListShardsAsync(
            new ListShardsRequest
            {
                StreamName = "exampleStreamName",
                MaxResults = 3,
                ExclusiveStartShardId = "shardId-000000000000",
                StreamCreationTimestamp = DateTime.UnixEpoch.AddMilliseconds(1_572_297_168_250),
                ShardFilter = new ShardFilter
                {
                    Type = ShardFilterType.FROM_TIMESTAMP,
                    Timestamp = DateTime.UnixEpoch.AddSeconds(1_572_297_168),
                },
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.ListShards",
            """
            {"ExclusiveStartShardId":"shardId-000000000000","MaxResults":3,"ShardFilter":{"Timestamp":1572297168,
              "Type":"FROM_TIMESTAMP"},
             "StreamCreationTimestamp":1572297168.25,"StreamName":"exampleStreamName"}
            """
        );
        Assert.Equal("AAAAAAAAAAGK9EEG0sJqVhCUS2JsgigQ5dcpB4q9PYswrH2oK44Skbjtm+WR0xA7", page.NextToken);
        Assert.Equal(["shardId-000000000001", "shardId-000000000002"], page.Shards.Select(shard => shard.ShardId));
        var (open, closed) = (page.Shards[0], page.Shards[1]);
        Assert.Equal("34028236692093846346337460743176821145", open.HashKeyRange.StartingHashKey);
        Assert.Equal("68056473384187692692674921486353642280", open.HashKeyRange.EndingHashKey);
        Assert.Null(open.ParentShardId);
        Assert.Null(open.SequenceNumberRange.EndingSequenceNumber);
        Assert.Equal(
            ("shardId-000000000000", "shardId-000000000001"),
            (closed.ParentShardId, closed.AdjacentParentShardId)
        );
        Assert.Equal(
            ("1", "2"),
            (closed.SequenceNumberRange.StartingSequenceNumber, closed.SequenceNumberRange.EndingSequenceNumber)
        );
    }

    [Fact]
    public async Task PutRecord()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"SequenceNumber":"21269319989653637946712965403778482177","ShardId":"shardId-000000000001",
                 "EncryptionType":"NONE"}
                """
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var put = await kinesis.PutRecordAsync(
            new PutRecordRequest
            {
                StreamName = "exampleStreamName",
                Data = new MemoryStream(Convert.FromBase64String("XzxkYXRhPl8x")),
                PartitionKey = "partitionKey",
                ExplicitHashKey = "0",
                SequenceNumberForOrdering = "21269319989653637946712965403778482176",
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.PutRecord",
            """
            {"Data":"XzxkYXRhPl8x","ExplicitHashKey":"0","PartitionKey":"partitionKey",
             "SequenceNumberForOrdering":"21269319989653637946712965403778482176","StreamName":"exampleStreamName"}
            """
        );
        Assert.Equal(
            ("21269319989653637946712965403778482177", "shardId-000000000001", EncryptionType.NONE),
            (put.SequenceNumber, put.ShardId, put.EncryptionType)
        );
    }

    [Fact]
    public async Task PutRecords_with_failed_entries()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"FailedRecordCount":2,"Records":[
                  {"SequenceNumber":"49543463076548007577105092703039560359975228518395019266",
                    "ShardId":"shardId-000000000000"},
                  {"ErrorCode":"ProvisionedThroughputExceededException",
                    "ErrorMessage":"Rate exceeded for shard shardId-000000000001 in stream exampleStreamName."},
                  {"ErrorCode":"InternalFailure","ErrorMessage":"Internal service failure."}]}
                """
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var put = await kinesis.PutRecordsAsync(
            new PutRecordsRequest
            {
                StreamARN = "arn:aws:kinesis:eu-west-1:111111111111:stream/exampleStreamName",
                Records =
                [
                    new() { Data = new MemoryStream("_<data>_0"u8.ToArray()), PartitionKey = "partitionKey1" },
                    new()
                    {
                        Data = new MemoryStream(Convert.FromBase64String("+/+/+/+/")),
                        PartitionKey = "clé \"2\"",
                        ExplicitHashKey = "7",
                    },
                    new() { Data = new MemoryStream(), PartitionKey = "partitionKey3" },
                ],
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.PutRecords",
            """
            {"Records":[{"Data":"XzxkYXRhPl8w","PartitionKey":"partitionKey1"},{"Data":"+/+/+/+/",
              "ExplicitHashKey":"7","PartitionKey":"clé \"2\""},
             {"Data":"","PartitionKey":"partitionKey3"}],
               "StreamARN":"arn:aws:kinesis:eu-west-1:111111111111:stream/exampleStreamName"}
            """
        );
        Assert.Equal(2, put.FailedRecordCount);
        Assert.Equal(
            [null, "ProvisionedThroughputExceededException", "InternalFailure"],
            put.Records.Select(entry => entry.ErrorCode)
        );
        Assert.Equal("Internal service failure.", put.Records[2].ErrorMessage);
        Assert.Equal(
            ("49543463076548007577105092703039560359975228518395019266", "shardId-000000000000"),
            (put.Records[0].SequenceNumber, put.Records[0].ShardId)
        );
    }

    [Theory]
    [InlineData("LATEST", null, null, "")]
    [InlineData("TRIM_HORIZON", null, null, "")]
    [InlineData("AT_SEQUENCE_NUMBER", "42", null, ",\"StartingSequenceNumber\":\"42\"")]
    [InlineData("AFTER_SEQUENCE_NUMBER", "42", null, ",\"StartingSequenceNumber\":\"42\"")]
    [InlineData("AT_TIMESTAMP", null, 1_459_799_926_480L, ",\"Timestamp\":1459799926.48")]
    public async Task GetShardIterator(string type, string? sequenceNumber, long? milliseconds, string more)
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok($$"""{"ShardIterator":"{{Iterator}}"}"""));
        using var kinesis = Clients.Kinesis(server.Url);
        var response = await kinesis.GetShardIteratorAsync(
            new GetShardIteratorRequest
            {
                StreamName = "exampleStreamName",
                ShardId = "shardId-000000000001",
                ShardIteratorType = type,
                StartingSequenceNumber = sequenceNumber,
                Timestamp = milliseconds is { } set ? DateTime.UnixEpoch.AddMilliseconds(set) : null,
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.GetShardIterator",
            $$"""
            {"ShardId":"shardId-000000000001","ShardIteratorType":"{{type}}",
             "StreamName":"exampleStreamName"{{more}}}
            """
        );
        Assert.Equal(Iterator, response.ShardIterator);
    }

    [Fact]
    public async Task GetRecords()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                $$"""
                {"MillisBehindLatest":2100,"NextShardIterator":"{{Iterator}}","Records":[
                  {"Data":"XzxkYXRhPl8w","PartitionKey":"partitionKey",
                    "ApproximateArrivalTimestamp":1.441215410867E9,
                    "SequenceNumber":"21269319989652663814458848515492872193"}]}
                """
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var response = await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = Iterator, Limit = 2 });

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.GetRecords",
            $$"""{"Limit":2,"ShardIterator":"{{Iterator}}"}"""
        );
        Assert.Equal(2100, response.MillisBehindLatest);
        Assert.Equal(Iterator, response.NextShardIterator);
        Assert.Null(response.ChildShards);
        var record = Assert.Single(response.Records);
        Assert.Equal("_<data>_0", Encoding.UTF8.GetString(record.Data.ToArray()));
        Assert.True(record.Data.TryGetBuffer(out var buffer));
        Assert.Equal(9, buffer.Count);
        Assert.Equal(
            ("partitionKey", "21269319989652663814458848515492872193"),
            (record.PartitionKey, record.SequenceNumber)
        );
        Assert.Equal(
            1_441_215_410_867,
            new DateTimeOffset(
                record.ApproximateArrivalTimestamp!.Value.AddTicks(TimeSpan.TicksPerMillisecond / 2)
            ).ToUnixTimeMilliseconds()
        );
    }

    [Fact]
    public async Task GetRecords_at_the_end_of_a_shard_names_its_children()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """
                {"MillisBehindLatest":0,"NextShardIterator":null,"Records":[],"ChildShards":[
                  {"ShardId":"shardId-000000000002","ParentShards":["shardId-000000000000","shardId-000000000001"],
                    "HashKeyRange":{"StartingHashKey":"0","EndingHashKey":"9"}}]}
                """
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var response = await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = Iterator });

        Assert.Null(response.NextShardIterator);
        Assert.Empty(response.Records);
        var child = Assert.Single(response.ChildShards);
        Assert.Equal(("shardId-000000000002", "9"), (child.ShardId, child.HashKeyRange.EndingHashKey));
        Assert.Equal(["shardId-000000000000", "shardId-000000000001"], child.ParentShards);
    }

    [Fact]
    public async Task SplitShard()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok(""));
        using var kinesis = Clients.Kinesis(server.Url);
        await kinesis.SplitShardAsync(
            new SplitShardRequest
            {
                StreamName = "exampleStreamName",
                ShardToSplit = "shardId-000000000000",
                NewStartingHashKey = "10",
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.SplitShard",
            """{"StreamName":"exampleStreamName","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"10"}"""
        );
    }

    [Fact]
    public async Task MergeShards()
    {
        await using var server = await RecordingServer.StartAsync(Answer.Ok(""));
        using var kinesis = Clients.Kinesis(server.Url);
        await kinesis.MergeShardsAsync(
            new MergeShardsRequest
            {
                StreamName = "exampleStreamName",
                ShardToMerge = "shardId-000000000000",
                AdjacentShardToMerge = "shardId-000000000001",
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.MergeShards",
            """
            {"StreamName":"exampleStreamName","ShardToMerge":"shardId-000000000000",
             "AdjacentShardToMerge":"shardId-000000000001"}
            """
        );
    }

    [Fact]
    public async Task UpdateShardCount()
    {
        await using var server = await RecordingServer.StartAsync(
            Answer.Ok(
                """{"CurrentShardCount":2,"StreamARN":"arn:s","StreamName":"exampleStreamName","TargetShardCount":4}"""
            )
        );
        using var kinesis = Clients.Kinesis(server.Url);
        var update = await kinesis.UpdateShardCountAsync(
            new UpdateShardCountRequest
            {
                StreamName = "exampleStreamName",
                TargetShardCount = 4,
                ScalingType = ScalingType.UNIFORM_SCALING,
            }
        );

        Clients.AssertSent(
            server.TheRequest,
            "Kinesis_20131202.UpdateShardCount",
            """{"ScalingType":"UNIFORM_SCALING","StreamName":"exampleStreamName","TargetShardCount":4}"""
        );
        Assert.Equal(
            (2, 4, "arn:s", "exampleStreamName"),
            (update.CurrentShardCount, update.TargetShardCount, update.StreamARN, update.StreamName)
        );
    }
}
