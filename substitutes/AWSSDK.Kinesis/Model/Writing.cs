using Amazon.Runtime;
using AwsJson;

namespace Amazon.Kinesis.Model;

/// <summary>Puts one record.</summary>
public class PutRecordRequest : AmazonKinesisRequest
{
    /// <summary>At most 1 MiB together with the partition key, by default.</summary>
    public MemoryStream Data { get; set; }

    /// <summary>Chooses the shard instead of the partition key's hash.</summary>
    public string ExplicitHashKey { get; set; }

    /// <summary>1–256 characters; its MD5 chooses the shard.</summary>
    public string PartitionKey { get; set; }

    /// <summary>
    /// The sequence number of the same client's last put with this partition key: the new one is greater.
    /// </summary>
    public string SequenceNumberForOrdering { get; set; }

    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class PutRecordResponse : AmazonWebServiceResponse
{
    public EncryptionType EncryptionType { get; set; }
    public string SequenceNumber { get; set; }
    public string ShardId { get; set; }
}

/// <summary>
/// Puts records, each of which can fail on its own: at most 500, and 10 MiB together with their partition keys.
/// </summary>
public class PutRecordsRequest : AmazonKinesisRequest
{
    public List<PutRecordsRequestEntry> Records { get; set; } = InitialCollections.List<PutRecordsRequestEntry>();
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class PutRecordsRequestEntry
{
    /// <summary>At most 1 MiB together with the partition key, by default.</summary>
    public MemoryStream Data { get; set; }

    /// <summary>Chooses the shard instead of the partition key's hash.</summary>
    public string ExplicitHashKey { get; set; }

    /// <summary>1–256 characters; its MD5 chooses the shard.</summary>
    public string PartitionKey { get; set; }
}

public class PutRecordsResponse : AmazonWebServiceResponse
{
    public EncryptionType EncryptionType { get; set; }

    /// <summary>
    /// The number of entries with an error code. They are the caller's to put again: the SDK does not.
    /// </summary>
    public int? FailedRecordCount { get; set; }

    /// <summary>One entry for each of the request's, in its order.</summary>
    public List<PutRecordsResultEntry> Records { get; set; } = InitialCollections.List<PutRecordsResultEntry>();
}

public class PutRecordsResultEntry
{
    /// <summary>
    /// <c>ProvisionedThroughputExceededException</c> or <c>InternalFailure</c>; null for a record that was put.
    /// </summary>
    public string ErrorCode { get; set; }

    public string ErrorMessage { get; set; }
    public string SequenceNumber { get; set; }
    public string ShardId { get; set; }
}
