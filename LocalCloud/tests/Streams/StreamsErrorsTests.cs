using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Streams;

[SystemTest]
public sealed class StreamsErrorsTests : IAsyncLifetime
{
    private const string Only = "shardId-000000000000";
    private LocalCloudServer _server = null!;
    private KinesisCalls _kinesis = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalCloudServer.StartAsync();
        _kinesis = new KinesisCalls(_server.Url);
        await _kinesis.CreateAsync("s");
    }

    public async ValueTask DisposeAsync()
    {
        _kinesis.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("CreateStream", """{"StreamName":"s","ShardCount":1}""", "ResourceInUseException")]
    [InlineData("CreateStream", """{"StreamName":"t","ShardCount":0}""", "ValidationException")]
    [InlineData("CreateStream", """{"StreamName":"t"}""", "InvalidArgumentException")]
    [InlineData("CreateStream", """{"StreamName":"a/b","ShardCount":1}""", "ValidationException")]
    [InlineData("CreateStream", """{"StreamName":"a\n","ShardCount":1}""", "ValidationException")]
    [InlineData(
        "CreateStream",
        """{"StreamName":"t","ShardCount":1,"StreamModeDetails":{"StreamMode":"NONE"}}""",
        "ValidationException"
    )]
    [InlineData("CreateStream", """{"StreamName":7,"ShardCount":1}""", "SerializationException")]
    [InlineData("CreateStream", "[]", "SerializationException")]
    [InlineData("DeleteStream", """{"StreamName":"none"}""", "ResourceNotFoundException")]
    [InlineData("DeleteStream", "{}", "InvalidArgumentException")]
    [InlineData("DescribeStream", """{"StreamName":"s","Limit":0}""", "ValidationException")]
    [InlineData("DescribeStreamSummary", """{"StreamName":"none"}""", "ResourceNotFoundException")]
    [InlineData("DescribeStreamSummary", """{"StreamARN":"arn:aws:s3:::s"}""", "ValidationException")]
    [InlineData(
        "DescribeStreamSummary",
        """{"StreamName":"s","StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/t"}""",
        "InvalidArgumentException"
    )]
    [InlineData("ListShards", """{"StreamName":"s","NextToken":"x"}""", "InvalidArgumentException")]
    [InlineData("ListShards", """{"NextToken":"x"}""", "InvalidArgumentException")]
    [InlineData("ListShards", """{"StreamName":"s","ShardFilter":{"Type":"SOME"}}""", "ValidationException")]
    [InlineData("ListStreams", """{"Limit":10001}""", "ValidationException")]
    [InlineData("PutRecord", """{"StreamName":"none","PartitionKey":"k","Data":""}""", "ResourceNotFoundException")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"k"}""", "ValidationException")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"","Data":""}""", "ValidationException")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"k","Data":"*"}""", "SerializationException")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":5,"Data":""}""", "SerializationException")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"\ud800","Data":""}""", "SerializationException")]
    [InlineData(
        "PutRecord",
        """{"StreamName":"s","PartitionKey":"k","Data":"","ExplicitHashKey":"01"}""",
        "ValidationException"
    )]
    [InlineData(
        "PutRecord",
        """{"StreamName":"s","PartitionKey":"k","Data":"","ExplicitHashKey":"""
            + "\"340282366920938463463374607431768211456\"}",
        "InvalidArgumentException"
    )]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"k","Data":""}}""", "SerializationException")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"k","Data":""}x""", "SerializationException")]
    [InlineData("PutRecord", """{"StreamName":"s","PartitionKey":"k","Data":"" """, "SerializationException")]
    [InlineData("PutRecords", """{"StreamName":"s","Records":[]}""", "ValidationException")]
    [InlineData("PutRecords", """{"StreamName":"s"}""", "ValidationException")]
    [InlineData("PutRecords", """{"StreamName":"s","Records":{}}""", "SerializationException")]
    [InlineData(
        "PutRecords",
        """{"StreamName":"s","Records":[{"PartitionKey":"k","Data":""},{"Data":""}]}""",
        "ValidationException"
    )]
    [InlineData(
        "GetShardIterator",
        """{"StreamName":"s","ShardId":"shardId-000000000001","ShardIteratorType":"LATEST"}""",
        "ResourceNotFoundException"
    )]
    [InlineData(
        "GetShardIterator",
        """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"SOME"}""",
        "ValidationException"
    )]
    [InlineData(
        "GetShardIterator",
        """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_SEQUENCE_NUMBER"}""",
        "InvalidArgumentException"
    )]
    [InlineData(
        "GetShardIterator",
        """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_SEQUENCE_NUMBER","""
            + "\"StartingSequenceNumber\":\"17\"}",
        "InvalidArgumentException"
    )]
    [InlineData(
        "GetShardIterator",
        """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_TIMESTAMP"}""",
        "InvalidArgumentException"
    )]
    [InlineData(
        "GetShardIterator",
        """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_TIMESTAMP","""
            + "\"Timestamp\":99999999999}",
        "InvalidArgumentException"
    )]
    [InlineData("GetRecords", """{"ShardIterator":"AAAA"}""", "InvalidArgumentException")]
    [InlineData("GetRecords", "{}", "ValidationException")]
    [InlineData(
        "SplitShard",
        """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"0"}""",
        "InvalidArgumentException"
    )]
    [InlineData(
        "SplitShard",
        """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"1"}""",
        "InvalidArgumentException"
    )]
    [InlineData(
        "SplitShard",
        """{"StreamName":"s","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"""
            + "\"340282366920938463463374607431768211455\"}",
        "InvalidArgumentException"
    )]
    [InlineData(
        "SplitShard",
        """{"StreamName":"s","ShardToSplit":"shardId-000000000009","NewStartingHashKey":"9"}""",
        "ResourceNotFoundException"
    )]
    [InlineData(
        "UpdateShardCount",
        """{"StreamName":"s","TargetShardCount":3,"ScalingType":"UNIFORM_SCALING"}""",
        "LimitExceededException"
    )]
    [InlineData("UpdateShardCount", """{"StreamName":"s","TargetShardCount":2}""", "ValidationException")]
    [InlineData("Nothing", "{}", "UnknownOperationException")]
    public async Task Invalid_calls_return_the_error_types_of_AWS(string operation, string request, string code)
    {
        using var http = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, _server.Url)
        {
            Content = new StringContent(request),
        };
        message.Headers.Add("X-Amz-Target", "Kinesis_20131202." + operation);
        using var response = await http.SendAsync(message);
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(code, (string)JsonNode.Parse(body)!["__type"]!);
    }

    [Fact]
    public async Task Limits_of_a_call_are_exact()
    {
        var key256 = new string('ж', 256);
        await _kinesis.PutAsync("s", key256, "");
        await ExpectErrorAsync("ValidationException", KinesisCalls.Record(key256 + "x", ""));

        await _kinesis.PutAsync("s", "k", new string('x', 1024 * 1024 - 1));
        await ExpectErrorAsync("ValidationException", KinesisCalls.Record("k", new string('x', 1024 * 1024)));

        await _kinesis.PutManyAsync("s", Enumerable.Range(0, 500).Select(_ => KinesisCalls.Record("k", "")));
        await ExpectErrorAsync(
            "ValidationException",
            [.. Enumerable.Range(0, 501).Select(_ => KinesisCalls.Record("k", ""))]
        );

        var mebibyte = new string('x', 1024 * 1024 - 1);
        await _kinesis.PutManyAsync("s", Enumerable.Range(0, 5).Select(_ => KinesisCalls.Record("k", mebibyte)));
        await ExpectErrorAsync(
            "InvalidArgumentException",
            [.. Enumerable.Range(0, 5).Select(_ => KinesisCalls.Record("k", mebibyte)), KinesisCalls.Record("k", "")]
        );
    }

    [Fact]
    public async Task A_rejected_call_stores_nothing()
    {
        await ExpectErrorAsync("ValidationException", KinesisCalls.Record("k", "good"), KinesisCalls.Record("", "bad"));
        Assert.Empty(await _kinesis.ReadAsync("s", Only));
    }

    [Fact]
    public async Task An_oversized_body_is_rejected_before_it_is_read()
    {
        var error = await Assert.ThrowsAsync<KinesisError>(() =>
            _kinesis.CallAsync("PutRecord", new JsonObject { ["Data"] = new string('A', 11 * 1024 * 1024) })
        );
        Assert.Equal((413, "RequestEntityTooLargeException"), (error.StatusCode, error.Code));
    }

    [Fact]
    public async Task An_iterator_of_a_deleted_stream_does_not_read_a_new_stream_of_that_name()
    {
        await _kinesis.PutAsync("s", "k", "old");
        var iterator = await _kinesis.IteratorAsync("s", Only);
        await _kinesis.CallAsync("DeleteStream", new JsonObject { ["StreamName"] = "s" });
        Assert.Equal(
            "ResourceNotFoundException",
            (await Assert.ThrowsAsync<KinesisError>(() => _kinesis.GetAsync(iterator))).Code
        );
        await _kinesis.CreateAsync("s");
        await _kinesis.PutAsync("s", "k", "new");
        Assert.Equal(
            "InvalidArgumentException",
            (await Assert.ThrowsAsync<KinesisError>(() => _kinesis.GetAsync(iterator))).Code
        );
        Assert.Equal(["new"], await _kinesis.ReadAsync("s", Only));
    }

    private async Task ExpectErrorAsync(string code, params JsonObject[] records) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<KinesisError>(() => _kinesis.PutManyAsync("s", records))).Code);
}
