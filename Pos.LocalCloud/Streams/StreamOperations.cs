using System.Text.Json;
using Pos.LocalCloud.Protocol;

namespace Pos.LocalCloud.Streams;

/// <summary>Creates, deletes, describes and lists streams. What AWS does over seconds is done when the call is answered.</summary>
internal sealed class StreamOperations(StreamStore streams)
{
    private const string OnDemand = "ON_DEMAND";

    // On-demand streams begin with four shards (CreateStream).
    private const int OnDemandShards = 4;

    // The largest account quota of AWS's regions.
    private const int MostShards = 20_000;

    public void Create(CreateStreamRequest request, Utf8JsonWriter response)
    {
        var mode = request.StreamModeDetails?.StreamMode;
        new Constraints()
            .Required("streamName", request.StreamName).StreamName(request.StreamName)
            .Range("shardCount", request.ShardCount, 1, MostShards)
            .OneOf("streamModeDetails.streamMode", mode, OnDemand, "PROVISIONED")
            .Enforce();
        if (mode is not OnDemand && request.ShardCount is null)
            throw new AwsException("InvalidArgumentException", "ShardCount must be given for a stream of PROVISIONED mode.");
        streams.Create(request.StreamName!, mode is OnDemand ? OnDemandShards : request.ShardCount!.Value, mode is OnDemand);
        WriteEmpty(response);
    }

    public void Delete(DeleteStreamRequest request, Utf8JsonWriter response)
    {
        streams.Delete(StreamNames.Resolve(request.StreamName, request.StreamArn));
        WriteEmpty(response);
    }

    public void Describe(DescribeStreamRequest request, Utf8JsonWriter response)
    {
        new Constraints().Range("limit", request.Limit, 1, 10_000).ShardId("exclusiveStartShardId", request.ExclusiveStartShardId).Enforce();
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
        response.WriteString("StreamARN"u8, streams.ArnOf(state.Name));
        response.WriteString("StreamStatus"u8, "ACTIVE"u8);
        response.WriteStartObject("StreamModeDetails"u8);
        response.WriteString("StreamMode"u8, state.OnDemand ? OnDemand : "PROVISIONED");
        response.WriteEndObject();
        response.WriteNumber("StreamCreationTimestamp"u8, state.Created / 1000m);
    }

    private static void WriteEmpty(Utf8JsonWriter response)
    {
        response.WriteStartObject();
        response.WriteEndObject();
    }
}
