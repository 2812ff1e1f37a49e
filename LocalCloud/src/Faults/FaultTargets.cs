namespace LocalCloud.Faults;

/// <summary>
/// The operations that faults can name, by service. Others are rejected, because a misspelt one would never be hit.
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

    /// <summary>Returns true if AWS accepts or rejects each entry of the operation separately.</summary>
    public static bool HasEntries(string service, string operation) =>
        (service, operation)
            is
                (Kinesis, "PutRecords")
                or
                (Firehose, "PutRecordBatch")
                or
                (DynamoDb, "BatchWriteItem" or "BatchGetItem");

    /// <summary>Returns the services and operations that match the given names or wildcards.</summary>
    public static IEnumerable<(string Service, string Operation)> Matching(string service, string operation) =>
        from known in Operations
        where service == Any || service == known.Key
        from name in known.Value
        where operation == Any || operation == name
        select (known.Key, name);
}
