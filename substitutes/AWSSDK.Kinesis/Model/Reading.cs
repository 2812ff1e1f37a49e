using Amazon.Runtime;
using AwsJson;

namespace Amazon.Kinesis.Model;

/// <summary>Gets an iterator, the position to start reading a shard.</summary>
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
    /// <summary>At most 10,000, which is the default. A response also ends at 10 MiB.</summary>
    public int? Limit { get; set; }

    public string ShardIterator { get; set; }
    public string StreamARN { get; set; }
}

public class GetRecordsResponse : AmazonWebServiceResponse
{
    /// <summary>Only set at the end of a shard.</summary>
    public List<ChildShard> ChildShards { get; set; } = InitialCollections.List<ChildShard>();

    /// <summary>Time from the response to the tip of the shard; 0 when caught up.</summary>
    public long? MillisBehindLatest { get; set; }

    /// <summary>Null once a closed shard has been read to its end.</summary>
    public string NextShardIterator { get; set; }

    public List<Record> Records { get; set; } = InitialCollections.List<Record>();
}

public class Record
{
    /// <summary>When the stream accepted the record; UTC, to the millisecond.</summary>
    public DateTime? ApproximateArrivalTimestamp { get; set; }

    /// <summary>Exposes its buffer (<see cref="MemoryStream.TryGetBuffer"/>).</summary>
    public MemoryStream Data { get; set; }

    public EncryptionType EncryptionType { get; set; }
    public string PartitionKey { get; set; }
    public string SequenceNumber { get; set; }
}
