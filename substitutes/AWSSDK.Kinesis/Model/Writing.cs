using Amazon.Runtime;
using AwsJson;

namespace Amazon.Kinesis.Model;

/// <summary>Puts one record.</summary>
public class PutRecordRequest : AmazonKinesisRequest
{
    /// <summary>At most 1 MiB together with the partition key, by default.</summary>
    public MemoryStream Data { get; set; }

    /// <summary>Selects the shard instead of the partition key's hash.</summary>
    public string ExplicitHashKey { get; set; }

    /// <summary>1–256 characters; its MD5 selects the shard.</summary>
    public string PartitionKey { get; set; }

    /// <summary>
    /// Sequence number of the client's last put with this partition key. The new one will be greater.
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
/// Puts up to 500 records, 10 MiB together with their partition keys. Each record can fail separately.
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

    /// <summary>Selects the shard instead of the partition key's hash.</summary>
    public string ExplicitHashKey { get; set; }

    /// <summary>1–256 characters; its MD5 selects the shard.</summary>
    public string PartitionKey { get; set; }
}

public class PutRecordsResponse : AmazonWebServiceResponse
{
    public EncryptionType EncryptionType { get; set; }

    /// <summary>
    /// Number of entries with an error code. The SDK does not retry them; the caller has to.
    /// </summary>
    public int? FailedRecordCount { get; set; }

    /// <summary>One entry for each record, in the order of the request.</summary>
    public List<PutRecordsResultEntry> Records { get; set; } = InitialCollections.List<PutRecordsResultEntry>();
}

public class PutRecordsResultEntry
{
    /// <summary>
    /// <c>ProvisionedThroughputExceededException</c> or <c>InternalFailure</c>; null for a successful record.
    /// </summary>
    public string ErrorCode { get; set; }

    public string ErrorMessage { get; set; }
    public string SequenceNumber { get; set; }
    public string ShardId { get; set; }
}
