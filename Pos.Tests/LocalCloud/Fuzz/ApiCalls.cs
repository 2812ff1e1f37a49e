using System.Text.Json.Nodes;

namespace Pos.Tests.LocalCloud.Fuzz;

/// <summary>
/// Right calls of Kinesis and Firehose, to be made wrong. Names and numbers are few, so that what does succeed stays
/// small.
/// </summary>
internal static class ApiCalls
{
    private const string Kinesis = "Kinesis_20131202.";
    private const string Firehose = "Firehose_20150804.";

    public static readonly IReadOnlyList<(string Target, JsonNode Request)> All =
    [
        Of(
            Kinesis,
            "CreateStream",
            """{"StreamName":"t","ShardCount":1,"StreamModeDetails":{"StreamMode":"PROVISIONED"},"Tags":{"a":"b"}}"""
        ),
        Of(Kinesis, "DeleteStream", """{"StreamName":"t","EnforceConsumerDeletion":true}"""),
        Of(
            Kinesis,
            "DescribeStream",
            """{"StreamName":"s","Limit":10,"ExclusiveStartShardId":"shardId-000000000000"}"""
        ),
        Of(
            Kinesis,
            "DescribeStreamSummary",
            """{"StreamName":"s","StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}"""
        ),
        Of(Kinesis, "DescribeLimits", "{}"),
        Of(Kinesis, "ListStreams", """{"Limit":5,"ExclusiveStartStreamName":"a","NextToken":"AAAA"}"""),
        Of(
            Kinesis,
            "ListShards",
            """{"StreamName":"s","MaxResults":5,"ShardFilter":{"Type":"AT_TIMESTAMP","ShardId":"shardId-000000000000","Timestamp":1700000000.5},"StreamCreationTimestamp":1700000000}"""
        ),
        Of(Kinesis, "ListShards", """{"NextToken":"AAAA","MaxResults":5}"""),
        Of(
            Kinesis,
            "PutRecord",
            """{"StreamName":"s","PartitionKey":"k","Data":"dGV4dA==","ExplicitHashKey":"7","SequenceNumberForOrdering":"1"}"""
        ),
        Of(
            Kinesis,
            "PutRecords",
            """{"StreamName":"s","Records":[{"PartitionKey":"k","Data":"dGV4dA=="},{"PartitionKey":"l","Data":"","ExplicitHashKey":"0"}]}"""
        ),
        Of(
            Kinesis,
            "PutRecords",
            """{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","Records":[{"PartitionKey":"k","Data":"dGV4dA=="}]}"""
        ),
        Of(
            Kinesis,
            "GetShardIterator",
            """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_TIMESTAMP","Timestamp":1700000000}"""
        ),
        Of(
            Kinesis,
            "GetShardIterator",
            """{"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AFTER_SEQUENCE_NUMBER","StartingSequenceNumber":"49590338271490256608559692538361571095921575989136588898"}"""
        ),
        Of(Kinesis, "GetRecords", """{"ShardIterator":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","Limit":10}"""),
        Of(
            Kinesis,
            "SplitShard",
            """{"StreamName":"t","ShardToSplit":"shardId-000000000000","NewStartingHashKey":"170141183460469231731687303715884105728"}"""
        ),
        Of(
            Kinesis,
            "MergeShards",
            """{"StreamName":"t","ShardToMerge":"shardId-000000000000","AdjacentShardToMerge":"shardId-000000000001"}"""
        ),
        Of(Kinesis, "UpdateShardCount", """{"StreamName":"t","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}"""),
        Of(Kinesis, "IncreaseStreamRetentionPeriod", """{"StreamName":"t","RetentionPeriodHours":48}"""),
        Of(Kinesis, "DecreaseStreamRetentionPeriod", """{"StreamName":"t","RetentionPeriodHours":24}"""),
        Of(
            Kinesis,
            "UpdateStreamMode",
            """{"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/t","StreamModeDetails":{"StreamMode":"ON_DEMAND"}}"""
        ),
        Of(Kinesis, "AddTagsToStream", """{"StreamName":"s","Tags":{"a":"b","c":""}}"""),
        Of(Kinesis, "RemoveTagsFromStream", """{"StreamName":"s","TagKeys":["a"]}"""),
        Of(Kinesis, "ListTagsForStream", """{"StreamName":"s","ExclusiveStartTagKey":"a","Limit":5}"""),
        Of(
            Kinesis,
            "TagResource",
            """{"ResourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","Tags":{"a":"b"}}"""
        ),
        Of(
            Kinesis,
            "UntagResource",
            """{"ResourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","TagKeys":["a"]}"""
        ),
        Of(Kinesis, "ListTagsForResource", """{"ResourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}"""),
        Of(
            Firehose,
            "CreateDeliveryStream",
            """{"DeliveryStreamName":"d","DeliveryStreamType":"DirectPut","RedshiftDestinationConfiguration":{"RoleARN":"arn:aws:iam::000000000000:role/f","ClusterJDBCURL":"jdbc:postgresql://127.0.0.1:1/pos","Username":"u","Password":"p","CopyCommand":{"DataTableName":"t","DataTableColumns":"a,b","CopyOptions":"json 'auto' gzip"},"RetryOptions":{"DurationInSeconds":0},"S3Configuration":{"RoleARN":"arn:aws:iam::000000000000:role/f","BucketARN":"arn:aws:s3:::lake","Prefix":"p/","BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":900},"CompressionFormat":"GZIP"}}}"""
        ),
        Of(
            Firehose,
            "UpdateDestination",
            """{"DeliveryStreamName":"d","CurrentDeliveryStreamVersionId":"1","DestinationId":"destinationId-000000000001","RedshiftDestinationUpdate":{"RetryOptions":{"DurationInSeconds":60},"S3Update":{"Prefix":"q/"}}}"""
        ),
        Of(Firehose, "DescribeDeliveryStream", """{"DeliveryStreamName":"d"}"""),
        Of(Firehose, "DeleteDeliveryStream", """{"DeliveryStreamName":"e"}"""),
        Of(
            Firehose,
            "ListDeliveryStreams",
            """{"Limit":5,"DeliveryStreamType":"DirectPut","ExclusiveStartDeliveryStreamName":"a"}"""
        ),
        Of(Firehose, "PutRecord", """{"DeliveryStreamName":"e","Record":{"Data":"dGV4dA=="}}"""),
        Of(Firehose, "PutRecordBatch", """{"DeliveryStreamName":"e","Records":[{"Data":"dGV4dA=="},{"Data":""}]}"""),
    ];

    private static (string, JsonNode) Of(string prefix, string operation, string request) =>
        (prefix + operation, JsonNode.Parse(request)!);
}
