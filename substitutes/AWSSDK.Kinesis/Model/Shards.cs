using Amazon.Runtime;
using AwsJson;

namespace Amazon.Kinesis.Model;

/// <summary>
/// A range of partition-key hashes with its records. The shard is closed when its ending sequence number is set.
/// </summary>
public class Shard
{
    /// <summary>The second parent after a merge.</summary>
    public string AdjacentParentShardId { get; set; }

    public HashKeyRange HashKeyRange { get; set; }
    public string ParentShardId { get; set; }
    public SequenceNumberRange SequenceNumberRange { get; set; }
    public string ShardId { get; set; }
}

/// <summary>A range of hash keys including both ends; decimal, 0 … 2^128 − 1.</summary>
public class HashKeyRange
{
    public string EndingHashKey { get; set; }
    public string StartingHashKey { get; set; }
}

public class SequenceNumberRange
{
    /// <summary>Null while the shard is open.</summary>
    public string EndingSequenceNumber { get; set; }

    public string StartingSequenceNumber { get; set; }
}

/// <summary>A shard that continues a completed parent.</summary>
public class ChildShard
{
    public HashKeyRange HashKeyRange { get; set; }
    public List<string> ParentShards { get; set; } = InitialCollections.List<string>();
    public string ShardId { get; set; }
}

public class ShardFilter
{
    /// <summary>For AFTER_SHARD_ID.</summary>
    public string ShardId { get; set; }

    /// <summary>For AT_TIMESTAMP and FROM_TIMESTAMP.</summary>
    public DateTime? Timestamp { get; set; }

    public ShardFilterType Type { get; set; }
}

/// <summary>
/// Lists a stream's shards page by page. A request with <see cref="NextToken"/> must not name the stream.
/// </summary>
public class ListShardsRequest : AmazonKinesisRequest
{
    public string ExclusiveStartShardId { get; set; }

    /// <summary>1–10,000; default 1,000.</summary>
    public int? MaxResults { get; set; }

    public string NextToken { get; set; }
    public ShardFilter ShardFilter { get; set; }
    public string StreamARN { get; set; }

    /// <summary>Distinguishes streams that had the same name.</summary>
    public DateTime? StreamCreationTimestamp { get; set; }

    public string StreamName { get; set; }
}

public class ListShardsResponse : AmazonWebServiceResponse
{
    /// <summary>Null on the last page; valid for five minutes.</summary>
    public string NextToken { get; set; }

    public List<Shard> Shards { get; set; } = InitialCollections.List<Shard>();
}
