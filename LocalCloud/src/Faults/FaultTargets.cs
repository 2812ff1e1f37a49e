namespace LocalCloud.Faults;

/// <summary>
/// The operations that faults can be asked for, by service: a misspelt one would never be hit and nobody told.
/// </summary>
internal static class FaultTargets
{
    public const string Any = "*";
    public const string Kinesis = "kinesis";
    public const string Firehose = "firehose";
    public const string S3 = "s3";
    public const string DynamoDb = "dynamodb";

    public static readonly IReadOnlyDictionary<string, string[]> Operations = new Dictionary<string, string[]>(
        StringComparer.Ordinal
    )
    {
        [Kinesis] =
        [
            "AddTagsToStream",
            "CreateStream",
            "DecreaseStreamRetentionPeriod",
            "DeleteStream",
            "DescribeLimits",
            "DescribeStream",
            "DescribeStreamSummary",
            "GetRecords",
            "GetShardIterator",
            "IncreaseStreamRetentionPeriod",
            "ListShards",
            "ListStreams",
            "ListTagsForResource",
            "ListTagsForStream",
            "MergeShards",
            "PutRecord",
            "PutRecords",
            "RemoveTagsFromStream",
            "SplitShard",
            "TagResource",
            "UntagResource",
            "UpdateShardCount",
            "UpdateStreamMode",
        ],
        [Firehose] =
        [
            "CreateDeliveryStream",
            "DeleteDeliveryStream",
            "DescribeDeliveryStream",
            "ListDeliveryStreams",
            "PutRecord",
            "PutRecordBatch",
            "UpdateDestination",
        ],
        [S3] =
        [
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateBucket",
            "CreateMultipartUpload",
            "DeleteBucket",
            "DeleteObject",
            "DeleteObjects",
            "GetBucketLocation",
            "GetObject",
            "GetObjectAttributes",
            "HeadBucket",
            "HeadObject",
            "ListBuckets",
            "ListMultipartUploads",
            "ListObjects",
            "ListObjectsV2",
            "ListParts",
            "PutObject",
            "UploadPart",
            "UploadPartCopy",
        ],
        [DynamoDb] =
        [
            "BatchGetItem",
            "BatchWriteItem",
            "CreateTable",
            "DeleteItem",
            "DeleteTable",
            "DescribeContinuousBackups",
            "DescribeEndpoints",
            "DescribeLimits",
            "DescribeTable",
            "DescribeTimeToLive",
            "GetItem",
            "ListTables",
            "ListTagsOfResource",
            "PutItem",
            "Query",
            "Scan",
            "TagResource",
            "TransactGetItems",
            "TransactWriteItems",
            "UntagResource",
            "UpdateContinuousBackups",
            "UpdateItem",
            "UpdateTable",
            "UpdateTimeToLive",
        ],
    };

    /// <summary>Whether AWS answers the operation entry by entry.</summary>
    public static bool HasEntries(string service, string operation) =>
        (service, operation)
            is
                (Kinesis, "PutRecords")
                or
                (Firehose, "PutRecordBatch")
                or
                (DynamoDb, "BatchWriteItem" or "BatchGetItem");

    /// <summary>Services and operations that a fault names.</summary>
    public static IEnumerable<(string Service, string Operation)> Named(string service, string operation) =>
        from known in Operations
        where service == Any || service == known.Key
        from name in known.Value
        where operation == Any || operation == name
        select (known.Key, name);
}
