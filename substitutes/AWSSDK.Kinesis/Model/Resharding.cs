using Amazon.Runtime;

namespace Amazon.Kinesis.Model;

/// <summary>Splits a shard in two. The stream is UPDATING meanwhile.</summary>
public class SplitShardRequest : AmazonKinesisRequest
{
    /// <summary>Start of the second child: inside the shard's range, but not at its start.</summary>
    public string NewStartingHashKey { get; set; }

    public string ShardToSplit { get; set; }
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class SplitShardResponse : AmazonWebServiceResponse;

/// <summary>Merges two shards with adjacent hash-key ranges. The stream is UPDATING meanwhile.</summary>
public class MergeShardsRequest : AmazonKinesisRequest
{
    public string AdjacentShardToMerge { get; set; }
    public string ShardToMerge { get; set; }
    public string StreamARN { get; set; }
    public string StreamName { get; set; }
}

public class MergeShardsResponse : AmazonWebServiceResponse;

/// <summary>Splits and merges shards to reach a number of shards, from half to twice the current number.</summary>
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
