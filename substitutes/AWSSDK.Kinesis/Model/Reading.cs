using Amazon.Runtime;
using AwsJson;

namespace Amazon.Kinesis.Model;

/// <summary>Gets where to start reading a shard.</summary>
public class GetShardIteratorRequest : AmazonKinesisRequest
{
    public string ShardId { get; set; }
    public ShardIteratorType ShardIteratorType { get; set; }

    /// <summary>For AT_SEQUENCE_NUMBER and AFTER_SEQUENCE_NUMBER.</summary>
    public string StartingSequenceNumber { get; set; }

    public string StreamARN { get; set; }
    public string StreamName { get; set; }

    /// <summary>For AT_TIMESTAMP; to the millisecond.</summary>
    public DateTime? Timestamp { get; set; }
}

public class GetShardIteratorResponse : AmazonWebServiceResponse
{
    /// <summary>Valid for five minutes.</summary>
    public string ShardIterator { get; set; }
}

public class GetRecordsRequest : AmazonKinesisRequest
{
    /// <summary>At most 10,000, the default; an answer also ends at 10 MiB.</summary>
    public int? Limit { get; set; }

    public string ShardIterator { get; set; }
    public string StreamARN { get; set; }
}

public class GetRecordsResponse : AmazonWebServiceResponse
{
    /// <summary>Set at the end of a shard only.</summary>
    public List<ChildShard> ChildShards { get; set; } = InitialCollections.List<ChildShard>();

    /// <summary>How far the answer is from the shard's tip; 0 when caught up.</summary>
    public long? MillisBehindLatest { get; set; }

    /// <summary>Null once a closed shard has been read to its end.</summary>
    public string NextShardIterator { get; set; }

    public List<Record> Records { get; set; } = InitialCollections.List<Record>();
}

public class Record
{
    /// <summary>When the stream took it; UTC, to the millisecond.</summary>
    public DateTime? ApproximateArrivalTimestamp { get; set; }

    /// <summary>Shows its buffer (<see cref="MemoryStream.TryGetBuffer"/>).</summary>
    public MemoryStream Data { get; set; }

    public EncryptionType EncryptionType { get; set; }
    public string PartitionKey { get; set; }
    public string SequenceNumber { get; set; }
}
