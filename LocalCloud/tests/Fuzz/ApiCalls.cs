using System.Text.Json.Nodes;

namespace LocalCloud.Tests.Fuzz;

/// <summary>
/// Valid calls of Kinesis, Firehose and DynamoDB, which the fuzzers break. They use few names and small numbers, so
/// that calls that succeed create little data.
/// </summary>
internal static class ApiCalls
{
    private const string Kinesis = "Kinesis_20131202.";
    private const string Firehose = "Firehose_20150804.";
    private const string Dynamo = "DynamoDB_20120810.";

    public static readonly IReadOnlyList<(string Target, JsonNode Request)> All =
    [
        Create(
            Kinesis,
            "CreateStream",
            """{"StreamName":"t","ShardCount":1,"StreamModeDetails":{"StreamMode":"PROVISIONED"},"Tags":{"a":"b"}}"""
        ),
        Create(Kinesis, "DeleteStream", """{"StreamName":"t","EnforceConsumerDeletion":true}"""),
        Create(
            Kinesis,
            "DescribeStream",
            """{"StreamName":"s","Limit":10,"ExclusiveStartShardId":"shardId-000000000000"}"""
        ),
        Create(
            Kinesis,
            "DescribeStreamSummary",
            """{"StreamName":"s","StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}"""
        ),
        Create(Kinesis, "DescribeLimits", "{}"),
        Create(Kinesis, "ListStreams", """{"Limit":5,"ExclusiveStartStreamName":"a","NextToken":"AAAA"}"""),
        Create(
            Kinesis,
            "ListShards",
            """
            {"StreamName":"s","MaxResults":5,"ShardFilter":{"Type":"AT_TIMESTAMP","ShardId":"shardId-000000000000",
             "Timestamp":1700000000.5},"StreamCreationTimestamp":1700000000}
            """
        ),
        Create(Kinesis, "ListShards", """{"NextToken":"AAAA","MaxResults":5}"""),
        Create(
            Kinesis,
            "PutRecord",
            """
            {"StreamName":"s","PartitionKey":"k","Data":"dGV4dA==","ExplicitHashKey":"7",
             "SequenceNumberForOrdering":"1"}
            """
        ),
        Create(
            Kinesis,
            "PutRecords",
            """
            {"StreamName":"s","Records":[{"PartitionKey":"k","Data":"dGV4dA=="},{"PartitionKey":"l","Data":"",
             "ExplicitHashKey":"0"}]}
            """
        ),
        Create(
            Kinesis,
            "PutRecords",
            """
            {"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","Records":[{"PartitionKey":"k",
             "Data":"dGV4dA=="}]}
            """
        ),
        Create(
            Kinesis,
            "GetShardIterator",
            """
            {"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AT_TIMESTAMP",
             "Timestamp":1700000000}
            """
        ),
        Create(
            Kinesis,
            "GetShardIterator",
            """
            {"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":"AFTER_SEQUENCE_NUMBER",
             "StartingSequenceNumber":"49590338271490256608559692538361571095921575989136588898"}
            """
        ),
        Create(Kinesis, "GetRecords", """{"ShardIterator":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","Limit":10}"""),
        Create(
            Kinesis,
            "SplitShard",
            """
            {"StreamName":"t","ShardToSplit":"shardId-000000000000",
             "NewStartingHashKey":"170141183460469231731687303715884105728"}
            """
        ),
        Create(
            Kinesis,
            "MergeShards",
            """{"StreamName":"t","ShardToMerge":"shardId-000000000000","AdjacentShardToMerge":"shardId-000000000001"}"""
        ),
        Create(
            Kinesis,
            "UpdateShardCount",
            """
            {"StreamName":"t","TargetShardCount":2,"ScalingType":"UNIFORM_SCALING"}
            """
        ),
        Create(Kinesis, "IncreaseStreamRetentionPeriod", """{"StreamName":"t","RetentionPeriodHours":48}"""),
        Create(Kinesis, "DecreaseStreamRetentionPeriod", """{"StreamName":"t","RetentionPeriodHours":24}"""),
        Create(
            Kinesis,
            "UpdateStreamMode",
            """
            {"StreamARN":"arn:aws:kinesis:us-east-1:000000000000:stream/t",
             "StreamModeDetails":{"StreamMode":"ON_DEMAND"}}
            """
        ),
        Create(Kinesis, "AddTagsToStream", """{"StreamName":"s","Tags":{"a":"b","c":""}}"""),
        Create(Kinesis, "RemoveTagsFromStream", """{"StreamName":"s","TagKeys":["a"]}"""),
        Create(Kinesis, "ListTagsForStream", """{"StreamName":"s","ExclusiveStartTagKey":"a","Limit":5}"""),
        Create(
            Kinesis,
            "TagResource",
            """{"ResourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","Tags":{"a":"b"}}"""
        ),
        Create(
            Kinesis,
            "UntagResource",
            """{"ResourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s","TagKeys":["a"]}"""
        ),
        Create(Kinesis, "ListTagsForResource", """{"ResourceARN":"arn:aws:kinesis:us-east-1:000000000000:stream/s"}"""),
        Create(
            Firehose,
            "CreateDeliveryStream",
            """
            {"DeliveryStreamName":"d","DeliveryStreamType":"DirectPut",
             "RedshiftDestinationConfiguration":{"RoleARN":"arn:aws:iam::000000000000:role/f",
             "ClusterJDBCURL":"jdbc:postgresql://127.0.0.1:1/pos","Username":"u","Password":"p",
             "CopyCommand":{"DataTableName":"t","DataTableColumns":"a,b","CopyOptions":"json 'auto' gzip"},
             "RetryOptions":{"DurationInSeconds":0},"S3Configuration":{"RoleARN":"arn:aws:iam::000000000000:role/f",
             "BucketARN":"arn:aws:s3:::lake","Prefix":"p/","BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":900},
             "CompressionFormat":"GZIP"}}}
            """
        ),
        Create(
            Firehose,
            "UpdateDestination",
            """
            {"DeliveryStreamName":"d","CurrentDeliveryStreamVersionId":"1",
             "DestinationId":"destinationId-000000000001",
             "RedshiftDestinationUpdate":{"RetryOptions":{"DurationInSeconds":60},"S3Update":{"Prefix":"q/"}}}
            """
        ),
        Create(Firehose, "DescribeDeliveryStream", """{"DeliveryStreamName":"d"}"""),
        Create(Firehose, "DeleteDeliveryStream", """{"DeliveryStreamName":"e"}"""),
        Create(
            Firehose,
            "ListDeliveryStreams",
            """{"Limit":5,"DeliveryStreamType":"DirectPut","ExclusiveStartDeliveryStreamName":"a"}"""
        ),
        Create(Firehose, "PutRecord", """{"DeliveryStreamName":"e","Record":{"Data":"dGV4dA=="}}"""),
        Create(
            Firehose,
            "PutRecordBatch",
            """
            {"DeliveryStreamName":"e","Records":[{"Data":"dGV4dA=="},{"Data":""}]}
            """
        ),
        Create(
            Dynamo,
            "CreateTable",
            """
            {"TableName":"tab","BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":1,
             "WriteCapacityUnits":1},"AttributeDefinitions":[{"AttributeName":"a","AttributeType":"S"},
             {"AttributeName":"b","AttributeType":"N"},{"AttributeName":"c","AttributeType":"B"}],
             "KeySchema":[{"AttributeName":"a","KeyType":"HASH"},{"AttributeName":"b","KeyType":"RANGE"}],
             "LocalSecondaryIndexes":[{"IndexName":"loc","KeySchema":[{"AttributeName":"a","KeyType":"HASH"},
             {"AttributeName":"c","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
             "GlobalSecondaryIndexes":[{"IndexName":"glo","KeySchema":[{"AttributeName":"c","KeyType":"HASH"}],
             "Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["x"]},
             "ProvisionedThroughput":{"ReadCapacityUnits":1,"WriteCapacityUnits":1}}],"Tags":[{"Key":"k",
             "Value":"v"}]}
            """
        ),
        Create(
            Dynamo,
            "UpdateTable",
            """
            {"TableName":"tab","BillingMode":"PAY_PER_REQUEST","DeletionProtectionEnabled":false,
             "GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"glo"}}]}
            """
        ),
        Create(Dynamo, "DescribeTable", """{"TableName":"tab"}"""),
        Create(Dynamo, "ListTables", """{"Limit":5,"ExclusiveStartTableName":"aaa"}"""),
        Create(
            Dynamo,
            "PutItem",
            """
            {"TableName":"tab","Item":{"a":{"S":"1"},"b":{"N":"1.5E3"},"c":{"B":"AAEC"},"l":{"L":[{"S":"x"},
             {"M":{"k":{"BOOL":true}}},{"NULL":true}]},"ns":{"NS":["1","2"]},"ss":{"SS":["x","y"]},
             "bs":{"BS":["AA=="]}},"ConditionExpression":"attribute_not_exists(#a) OR size(l) > :n",
             "ExpressionAttributeNames":{"#a":"a"},"ExpressionAttributeValues":{":n":{"N":"0"}},
             "ReturnValues":"ALL_OLD","ReturnConsumedCapacity":"INDEXES"}
            """
        ),
        Create(
            Dynamo,
            "PutItem",
            """
            {"TableName":"tab","Item":{"a":{"S":"1"},"b":{"N":"2"}},
             "Expected":{"x":{"ComparisonOperator":"BETWEEN","AttributeValueList":[{"N":"1"},{"N":"2"}]},
             "y":{"Exists":false}},"ConditionalOperator":"OR"}
            """
        ),
        Create(
            Dynamo,
            "GetItem",
            """
            {"TableName":"tab","Key":{"a":{"S":"1"},"b":{"N":"1500"}},"ConsistentRead":true,
             "ProjectionExpression":"l[1].k, #x, ss","ExpressionAttributeNames":{"#x":"x"}}
            """
        ),
        Create(
            Dynamo,
            "UpdateItem",
            """
            {"TableName":"tab","Key":{"a":{"S":"1"},"b":{"N":"1500"}},
             "UpdateExpression":
             "SET l[1].k=:v, x=if_not_exists(x,:n)+:n, y=list_append(l,:l) REMOVE l[0] ADD ns :ns DELETE ss :ss",
             "ExpressionAttributeValues":{":v":{"S":"x"},":n":{"N":"1"},":l":{"L":[{"N":"1"}]},":ns":{"NS":["7"]},
             ":ss":{"SS":["x"]}},"ReturnValues":"UPDATED_NEW"}
            """
        ),
        Create(
            Dynamo,
            "UpdateItem",
            """
            {"TableName":"tab","Key":{"a":{"S":"1"},"b":{"N":"2"}},"AttributeUpdates":{"x":{"Action":"ADD",
             "Value":{"N":"1"}},"y":{"Action":"DELETE"}}}
            """
        ),
        Create(
            Dynamo,
            "DeleteItem",
            """
            {"TableName":"tab","Key":{"a":{"S":"1"},"b":{"N":"3"}},"ReturnValues":"ALL_OLD",
             "ReturnItemCollectionMetrics":"SIZE"}
            """
        ),
        Create(
            Dynamo,
            "Query",
            """
            {"TableName":"tab","IndexName":"loc","KeyConditionExpression":"a = :a AND begins_with(c, :c)",
             "FilterExpression":"x IN (:n, :m) AND NOT contains(ss, :a)",
             "ExpressionAttributeValues":{":a":{"S":"1"},":c":{"B":"AA=="},":n":{"N":"1"},":m":{"N":"2"}},
             "ScanIndexForward":false,"Limit":2,"ExclusiveStartKey":{"a":{"S":"1"},"b":{"N":"1500"},
             "c":{"B":"AAEC"}},"Select":"ALL_ATTRIBUTES"}
            """
        ),
        Create(
            Dynamo,
            "Query",
            """
            {"TableName":"tab","KeyConditions":{"a":{"ComparisonOperator":"EQ","AttributeValueList":[{"S":"1"}]},
             "b":{"ComparisonOperator":"GE","AttributeValueList":[{"N":"0"}]}},
             "QueryFilter":{"x":{"ComparisonOperator":"NOT_NULL"}},"AttributesToGet":["a","x"]}
            """
        ),
        Create(
            Dynamo,
            "Scan",
            """
            {"TableName":"tab","Segment":1,"TotalSegments":3,"Limit":5,"ExclusiveStartKey":{"a":{"S":"1"},
             "b":{"N":"1500"}},"ScanFilter":{"x":{"ComparisonOperator":"CONTAINS",
             "AttributeValueList":[{"S":"1"}]}}}
            """
        ),
        Create(
            Dynamo,
            "BatchWriteItem",
            """
            {"RequestItems":{"tab":[{"PutRequest":{"Item":{"a":{"S":"2"},"b":{"N":"1"}}}},
             {"DeleteRequest":{"Key":{"a":{"S":"2"},"b":{"N":"2"}}}}]},"ReturnConsumedCapacity":"TOTAL",
             "ReturnItemCollectionMetrics":"SIZE"}
            """
        ),
        Create(
            Dynamo,
            "BatchGetItem",
            """
            {"RequestItems":{"tab":{"Keys":[{"a":{"S":"1"},"b":{"N":"1500"}},{"a":{"S":"2"},"b":{"N":"1"}}],
             "ProjectionExpression":"#x","ExpressionAttributeNames":{"#x":"x"},"ConsistentRead":true}}}
            """
        ),
        Create(
            Dynamo,
            "TransactWriteItems",
            """
            {"ClientRequestToken":"t","TransactItems":[{"Put":{"TableName":"tab","Item":{"a":{"S":"3"},
             "b":{"N":"1"}}}},{"ConditionCheck":{"TableName":"tab","Key":{"a":{"S":"4"},"b":{"N":"1"}},
             "ConditionExpression":"attribute_not_exists(a)"}},{"Delete":{"TableName":"tab","Key":{"a":{"S":"5"},
             "b":{"N":"1"}}}}]}
            """
        ),
        Create(
            Dynamo,
            "TransactGetItems",
            """
            {"TransactItems":[{"Get":{"TableName":"tab","Key":{"a":{"S":"1"},"b":{"N":"1500"}}}}],
             "ReturnConsumedCapacity":"TOTAL"}
            """
        ),
        Create(
            Dynamo,
            "UpdateTimeToLive",
            """{"TableName":"tab","TimeToLiveSpecification":{"AttributeName":"x","Enabled":true}}"""
        ),
        Create(Dynamo, "DescribeTimeToLive", """{"TableName":"tab"}"""),
        Create(
            Dynamo,
            "TagResource",
            """{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/tab","Tags":[{"Key":"k","Value":"v"}]}"""
        ),
        Create(
            Dynamo,
            "UntagResource",
            """{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/tab","TagKeys":["k"]}"""
        ),
        Create(Dynamo, "ListTagsOfResource", """{"ResourceArn":"arn:aws:dynamodb:us-east-1:000000000000:table/tab"}"""),
        Create(
            Dynamo,
            "UpdateContinuousBackups",
            """{"TableName":"tab","PointInTimeRecoverySpecification":{"PointInTimeRecoveryEnabled":false}}"""
        ),
        Create(Dynamo, "DeleteTable", """{"TableName":"gone"}"""),
    ];

    private static (string, JsonNode) Create(string prefix, string operation, string request) =>
        (prefix + operation, JsonNode.Parse(request)!);
}
