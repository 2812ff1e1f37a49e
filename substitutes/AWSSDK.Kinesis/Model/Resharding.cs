using Amazon.Runtime;

namespace Amazon.Kinesis.Model;

/// <summary>Splits a shard in two; the stream is UPDATING meanwhile.</summary>
public class SplitShardRequest : AmazonKinesisRequest
{
    /// <summary>Where the second child starts: inside the shard's range, and not at its start.</summary>
    public string NewStartingHashKey { get; set; }

    public string ShardToSplit { get; set; }
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class SplitShardResponse : AmazonWebServiceResponse;

/// <summary>Merges two shards whose hash-key ranges touch; the stream is UPDATING meanwhile.</summary>
public class MergeShardsRequest : AmazonKinesisRequest
{
    public string AdjacentShardToMerge { get; set; }
    public string ShardToMerge { get; set; }
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class MergeShardsResponse : AmazonWebServiceResponse;

/// <summary>Splits and merges to a number of shards, at most twice and at least half of the current one.</summary>
public class UpdateShardCountRequest : AmazonKinesisRequest
{
    public ScalingType ScalingType { get; set; }
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
    public int? TargetShardCount { get; set; }
}

public class UpdateShardCountResponse : AmazonWebServiceResponse
{
    public int? CurrentShardCount { get; set; }
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
    public int? TargetShardCount { get; set; }
}
