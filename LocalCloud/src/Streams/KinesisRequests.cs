using System.Text.Json.Serialization;

namespace LocalCloud.Streams;

/// <summary>A request that names a stream by name, ARN or both.</summary>
internal abstract record StreamRequest
{
    public string? StreamName { get; init; }

    [JsonPropertyName("StreamARN")]
    public string? StreamArn { get; init; }
}

internal sealed record StreamModeDetails(string? StreamMode);

internal sealed record CreateStreamRequest(
    string? StreamName,
    int? ShardCount,
    StreamModeDetails? StreamModeDetails,
    IReadOnlyDictionary<string, string?>? Tags,
    int? MaxRecordSizeInKiB
);

internal sealed record DeleteStreamRequest : StreamRequest;

internal sealed record DescribeStreamRequest : StreamRequest
{
    public int? Limit { get; init; }
    public string? ExclusiveStartShardId { get; init; }
}

internal sealed record DescribeStreamSummaryRequest : StreamRequest;

internal sealed record ListStreamsRequest(int? Limit, string? ExclusiveStartStreamName, string? NextToken);

internal sealed record ShardFilter(string? Type, string? ShardId, double? Timestamp);

internal sealed record ListShardsRequest : StreamRequest
{
    public string? NextToken { get; init; }
    public string? ExclusiveStartShardId { get; init; }
    public int? MaxResults { get; init; }
    public ShardFilter? ShardFilter { get; init; }
}

internal sealed record GetShardIteratorRequest : StreamRequest
{
    public string? ShardId { get; init; }
    public string? ShardIteratorType { get; init; }
    public string? StartingSequenceNumber { get; init; }

    /// <summary>Unix seconds.</summary>
    public double? Timestamp { get; init; }
}

internal sealed record GetRecordsRequest : StreamRequest
{
    public string? ShardIterator { get; init; }
    public int? Limit { get; init; }
}

internal sealed record SplitShardRequest : StreamRequest
{
    public string? ShardToSplit { get; init; }
    public string? NewStartingHashKey { get; init; }
}

internal sealed record MergeShardsRequest : StreamRequest
{
    public string? ShardToMerge { get; init; }
    public string? AdjacentShardToMerge { get; init; }
}

internal sealed record UpdateShardCountRequest : StreamRequest
{
    public int? TargetShardCount { get; init; }
    public string? ScalingType { get; init; }
}

internal sealed record UpdateStreamModeRequest(
    [property: JsonPropertyName("StreamARN")] string? StreamArn,
    StreamModeDetails? StreamModeDetails
);

/// <summary>The request of IncreaseStreamRetentionPeriod and DecreaseStreamRetentionPeriod.</summary>
internal sealed record RetentionPeriodRequest : StreamRequest
{
    public int? RetentionPeriodHours { get; init; }
}

internal sealed record AddTagsToStreamRequest : StreamRequest
{
    public IReadOnlyDictionary<string, string?>? Tags { get; init; }
}

internal sealed record RemoveTagsFromStreamRequest : StreamRequest
{
    public IReadOnlyList<string?>? TagKeys { get; init; }
}

internal sealed record ListTagsForStreamRequest : StreamRequest
{
    public string? ExclusiveStartTagKey { get; init; }
    public int? Limit { get; init; }
}

/// <summary>The request of TagResource, UntagResource and ListTagsForResource.</summary>
internal sealed record ResourceTagsRequest(
    [property: JsonPropertyName("ResourceARN")] string? ResourceArn,
    IReadOnlyDictionary<string, string?>? Tags,
    IReadOnlyList<string?>? TagKeys
);

[JsonSerializable(typeof(CreateStreamRequest))]
[JsonSerializable(typeof(UpdateStreamModeRequest))]
[JsonSerializable(typeof(RetentionPeriodRequest))]
[JsonSerializable(typeof(AddTagsToStreamRequest))]
[JsonSerializable(typeof(RemoveTagsFromStreamRequest))]
[JsonSerializable(typeof(ListTagsForStreamRequest))]
[JsonSerializable(typeof(ResourceTagsRequest))]
[JsonSerializable(typeof(DeleteStreamRequest))]
[JsonSerializable(typeof(DescribeStreamRequest))]
[JsonSerializable(typeof(DescribeStreamSummaryRequest))]
[JsonSerializable(typeof(ListStreamsRequest))]
[JsonSerializable(typeof(ListShardsRequest))]
[JsonSerializable(typeof(GetShardIteratorRequest))]
[JsonSerializable(typeof(GetRecordsRequest))]
[JsonSerializable(typeof(SplitShardRequest))]
[JsonSerializable(typeof(MergeShardsRequest))]
[JsonSerializable(typeof(UpdateShardCountRequest))]
[JsonSerializable(typeof(ShardPage))]
internal sealed partial class KinesisJson : JsonSerializerContext;
