using AwsJson;

namespace Amazon.Kinesis.Model;

/// <summary>True if a stream's capacity is provisioned or on demand.</summary>
public class StreamModeDetails
{
    public StreamMode StreamMode { get; set; }
}

/// <summary>A stream without its shards.</summary>
public class StreamDescriptionSummary
{
    public int? ConsumerCount { get; set; }
    public EncryptionType EncryptionType { get; set; }
    public List<EnhancedMetrics> EnhancedMonitoring { get; set; } = InitialCollections.List<EnhancedMetrics>();
    public string KeyId { get; set; }
    public int? OpenShardCount { get; set; }
    public int? RetentionPeriodHours { get; set; }
    public string StreamARN { get; set; }

    /// <summary>UTC.</summary>
    public DateTime? StreamCreationTimestamp { get; set; }

    public StreamModeDetails StreamModeDetails { get; set; }
    public string StreamName { get; set; }
    public StreamStatus StreamStatus { get; set; }
}

/// <summary>The enabled shard-level metrics.</summary>
public class EnhancedMetrics
{
    public List<string> ShardLevelMetrics { get; set; } = InitialCollections.List<string>();
}

/// <summary>A stream in <see cref="ListStreamsResponse"/>.</summary>
public class StreamSummary
{
    public string StreamARN { get; set; }

    /// <summary>UTC.</summary>
    public DateTime? StreamCreationTimestamp { get; set; }

    public StreamModeDetails StreamModeDetails { get; set; }
    public string StreamName { get; set; }
    public StreamStatus StreamStatus { get; set; }
}
