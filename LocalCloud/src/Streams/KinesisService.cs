using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LocalCloud.Protocol;
using LocalCloud.Streams.Limits;

namespace LocalCloud.Streams;

/// <summary>The Kinesis Data Streams API of 2013-12-02.</summary>
internal sealed class KinesisService(
    StreamOperations streams,
    ShardOperations shards,
    SettingOperations settings,
    TagOperations tags,
    PutOperations puts,
    GetOperations gets,
    StreamLimits limits
) : IAwsJsonService
{
    public string TargetPrefix => "Kinesis_20131202";

    // GetRecords returns at most 10 MiB, which base64 makes a third larger.
    public int MaxResponseKilobytes(string operation) => operation is "GetRecords" ? 14 * 1024 : 0;

    public async Task HandleAsync(
        string operation,
        ReadOnlyMemory<byte> request,
        Utf8JsonWriter response,
        CancellationToken cancellationToken
    )
    {
        limits.CountCall(operation);
        var json = KinesisJson.Default;
        switch (operation)
        {
            // A queued put completes even if its caller disconnects.
            case "PutRecords":
                await puts.PutRecordsAsync(request, response);
                break;
            case "PutRecord":
                await puts.PutRecordAsync(request, response);
                break;
            case "GetRecords":
                gets.GetRecords(Read(json.GetRecordsRequest), response);
                break;
            case "GetShardIterator":
                gets.GetShardIterator(Read(json.GetShardIteratorRequest), response);
                break;
            case "ListShards":
                shards.List(Read(json.ListShardsRequest), response);
                break;
            case "SplitShard":
                await shards.SplitAsync(Read(json.SplitShardRequest));
                break;
            case "MergeShards":
                await shards.MergeAsync(Read(json.MergeShardsRequest));
                break;
            case "UpdateShardCount":
                await shards.UpdateCountAsync(Read(json.UpdateShardCountRequest), response);
                break;
            case "ListStreams":
                streams.List(Read(json.ListStreamsRequest), response);
                break;
            case "DescribeStream":
                streams.Describe(Read(json.DescribeStreamRequest), response);
                break;
            case "DescribeStreamSummary":
                streams.DescribeSummary(Read(json.DescribeStreamSummaryRequest), response);
                break;
            case "DescribeLimits":
                streams.DescribeLimits(response);
                break;
            case "CreateStream":
                streams.Create(Read(json.CreateStreamRequest));
                break;
            case "DeleteStream":
                streams.Delete(Read(json.DeleteStreamRequest));
                break;
            case "IncreaseStreamRetentionPeriod":
                await settings.SetRetentionAsync(Read(json.RetentionPeriodRequest), increase: true);
                break;
            case "DecreaseStreamRetentionPeriod":
                await settings.SetRetentionAsync(Read(json.RetentionPeriodRequest), increase: false);
                break;
            case "UpdateStreamMode":
                await settings.UpdateModeAsync(Read(json.UpdateStreamModeRequest));
                break;
            case "AddTagsToStream":
                await tags.AddAsync(Read(json.AddTagsToStreamRequest));
                break;
            case "RemoveTagsFromStream":
                await tags.RemoveAsync(Read(json.RemoveTagsFromStreamRequest));
                break;
            case "ListTagsForStream":
                tags.List(Read(json.ListTagsForStreamRequest), response);
                break;
            case "TagResource":
                await tags.TagResourceAsync(Read(json.ResourceTagsRequest));
                break;
            case "UntagResource":
                await tags.UntagResourceAsync(Read(json.ResourceTagsRequest));
                break;
            case "ListTagsForResource":
                tags.ListForResource(Read(json.ResourceTagsRequest), response);
                break;
            default:
                throw AwsException.UnknownOperation(operation);
        }
        if (response.BytesCommitted + response.BytesPending == 0)
        {
            response.WriteStartObject(); // The operation has no output.
            response.WriteEndObject();
        }

        T Read<T>(JsonTypeInfo<T> type)
            where T : class =>
            JsonSerializer.Deserialize(request.Span, type)
            ?? throw new JsonException("The request is not a structure.");
    }
}
