using System.Text.Json;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>
/// Creates, deletes, describes and lists streams. Changes are complete when the call returns; AWS takes seconds.
/// </summary>
internal sealed class StreamOperations(StreamStore streams)
{
    // On-demand streams start with four shards (CreateStream).
    private const int OnDemandShards = 4;

    // Quotas of an account in AWS's largest regions. DescribeLimits returns them.
    private const int MaxShards = 20_000;
    private const int MaxOnDemandStreams = 50;

    // The default and only supported value of MaxRecordSizeInKiB.
    private const int RecordSizeInKiB = 1024;

    public void Create(CreateStreamRequest request)
    {
        var mode = request.StreamModeDetails?.StreamMode;
        var constraints = new Constraints()
            .Required("streamName", request.StreamName)
            .StreamName(request.StreamName)
            .Range("shardCount", request.ShardCount, 1, int.MaxValue)
            .Check(
                request.MaxRecordSizeInKiB is null or RecordSizeInKiB,
                request.MaxRecordSizeInKiB,
                "maxRecordSizeInKiB",
                $"Member must be {RecordSizeInKiB} here"
            )
            .OneOf("streamModeDetails.streamMode", mode, StreamModes.OnDemand, StreamModes.Provisioned);
        TagOperations.Check(constraints, request.Tags).Enforce();
        if (mode is not StreamModes.OnDemand && request.ShardCount is null)
            throw new AwsException(
                "InvalidArgumentException",
                "ShardCount must be given for a stream of PROVISIONED mode."
            );
        var shards = mode is StreamModes.OnDemand ? OnDemandShards : request.ShardCount!.Value;
        ThrowIfTooManyShards(shards);
        streams.Create(request.StreamName!, shards, mode is StreamModes.OnDemand, request.Tags);
    }

    public void Delete(DeleteStreamRequest request)
    {
        streams.Delete(StreamNames.Resolve(request.StreamName, request.StreamArn));
    }

    public void Describe(DescribeStreamRequest request, Utf8JsonWriter response)
    {
        new Constraints()
            .Range("limit", request.Limit, 1, 10_000)
            .ShardId("exclusiveStartShardId", request.ExclusiveStartShardId)
            .Enforce();
        var state = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn)).State;
        var after = ShardOperations.NumberAfter(request.ExclusiveStartShardId);
        var limit = request.Limit ?? 100;
        var shards = state.Shards.Where(shard => shard.Number > after).Take(limit + 1).ToList();

        response.WriteStartObject();
        response.WriteStartObject("StreamDescription"u8);
        WriteHead(response, state);
        response.WriteStartArray("Shards"u8);
        foreach (var shard in shards.Take(limit))
            ShardWriter.Write(response, state.Created, shard);
        response.WriteEndArray();
        response.WriteBoolean("HasMoreShards"u8, shards.Count > limit);
        response.WriteEndObject();
        response.WriteEndObject();
    }

    public void DescribeSummary(DescribeStreamSummaryRequest request, Utf8JsonWriter response)
    {
        var state = streams.Get(StreamNames.Resolve(request.StreamName, request.StreamArn)).State;
        response.WriteStartObject();
        response.WriteStartObject("StreamDescriptionSummary"u8);
        WriteHead(response, state);
        response.WriteNumber("OpenShardCount"u8, state.OpenShards.Length);
        response.WriteNumber("ConsumerCount"u8, 0);
        response.WriteNumber("MaxRecordSizeInKiB"u8, RecordSizeInKiB);
        response.WriteEndObject();
        response.WriteEndObject();
    }

    public void List(ListStreamsRequest request, Utf8JsonWriter response)
    {
        new Constraints().Range("limit", request.Limit, 1, 10_000).Enforce();
        var after = request.NextToken is { } token ? PageToken.Decode(token) : request.ExclusiveStartStreamName ?? "";
        var limit = request.Limit ?? 100;
        var names = streams.Names.Where(name => string.CompareOrdinal(name, after) > 0).Take(limit + 1).ToList();
        var hasMore = names.Count > limit;
        if (hasMore)
            names.RemoveAt(limit);

        response.WriteStartObject();
        response.WriteStartArray("StreamNames"u8);
        foreach (var name in names)
            response.WriteStringValue(name);
        response.WriteEndArray();
        response.WriteStartArray("StreamSummaries"u8);
        foreach (var state in names.Select(streams.TryGet).OfType<DataStream>().Select(stream => stream.State))
        {
            response.WriteStartObject();
            WriteNames(response, state);
            response.WriteEndObject();
        }
        response.WriteEndArray();
        response.WriteBoolean("HasMoreStreams"u8, hasMore);
        if (hasMore)
            response.WriteString("NextToken"u8, PageToken.Encode(names[^1]));
        response.WriteEndObject();
    }

    public void DescribeLimits(Utf8JsonWriter response)
    {
        response.WriteStartObject();
        response.WriteNumber("ShardLimit"u8, MaxShards);
        response.WriteNumber(
            "OpenShardCount"u8,
            streams.All.Where(stream => !stream.State.OnDemand).Sum(stream => stream.State.OpenShards.Length)
        );
        response.WriteNumber("OnDemandStreamCount"u8, streams.All.Count(stream => stream.State.OnDemand));
        response.WriteNumber("OnDemandStreamCountLimit"u8, MaxOnDemandStreams);
        response.WriteEndObject();
    }

    /// <exception cref="AwsException">LimitExceededException</exception>
    private void ThrowIfTooManyShards(int added)
    {
        var open = streams.All.Sum(stream => stream.State.OpenShards.Length);
        if (open + added > MaxShards)
            throw new AwsException(
                "LimitExceededException",
                "This request would exceed the shard limit for the account. "
                    + $"Current shard count for the account: {open}. Limit: {MaxShards}. "
                    + $"Number of additional shards that would have resulted from this request: {added}."
            );
    }

    private void WriteHead(Utf8JsonWriter response, StreamState state)
    {
        WriteNames(response, state);
        response.WriteNumber("RetentionPeriodHours"u8, state.RetentionHours);
        response.WriteString("EncryptionType"u8, "NONE"u8);
        response.WriteStartArray("EnhancedMonitoring"u8);
        response.WriteStartObject();
        response.WriteStartArray("ShardLevelMetrics"u8);
        response.WriteEndArray();
        response.WriteEndObject();
        response.WriteEndArray();
    }

    private void WriteNames(Utf8JsonWriter response, StreamState state)
    {
        response.WriteString("StreamName"u8, state.Name);
        response.WriteString("StreamARN"u8, streams.GetArn(state.Name));
        response.WriteString("StreamStatus"u8, "ACTIVE"u8);
        response.WriteStartObject("StreamModeDetails"u8);
        response.WriteString("StreamMode"u8, state.OnDemand ? StreamModes.OnDemand : StreamModes.Provisioned);
        response.WriteEndObject();
        response.WriteNumber("StreamCreationTimestamp"u8, state.Created / 1000m);
    }
}
