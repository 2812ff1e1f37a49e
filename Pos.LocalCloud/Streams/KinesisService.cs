using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pos.LocalCloud.Protocol;

namespace Pos.LocalCloud.Streams;

/// <summary>The Kinesis Data Streams API of 2013-12-02.</summary>
internal sealed class KinesisService(StreamOperations streams, ShardOperations shards, PutOperations puts, GetOperations gets) : IAwsJsonService
{
    public string TargetPrefix => "Kinesis_20131202";

    public Task HandleAsync(string operation, ReadOnlyMemory<byte> request, Utf8JsonWriter response, CancellationToken cancellationToken)
    {
        var json = KinesisJson.Default;
        switch (operation)
        {
            // A put is carried through once it is queued: a caller that has gone away does not undo it.
            case "PutRecords": return puts.PutRecordsAsync(request, response);
            case "PutRecord": return puts.PutRecordAsync(request, response);
            case "SplitShard": return shards.SplitAsync(Read(json.SplitShardRequest), response);
            case "MergeShards": return shards.MergeAsync(Read(json.MergeShardsRequest), response);
            case "UpdateShardCount": return shards.UpdateCountAsync(Read(json.UpdateShardCountRequest), response);
            case "GetRecords": gets.GetRecords(Read(json.GetRecordsRequest), response); break;
            case "GetShardIterator": gets.GetShardIterator(Read(json.GetShardIteratorRequest), response); break;
            case "ListShards": shards.List(Read(json.ListShardsRequest), response); break;
            case "ListStreams": streams.List(Read(json.ListStreamsRequest), response); break;
            case "DescribeStream": streams.Describe(Read(json.DescribeStreamRequest), response); break;
            case "DescribeStreamSummary": streams.DescribeSummary(Read(json.DescribeStreamSummaryRequest), response); break;
            case "CreateStream": streams.Create(Read(json.CreateStreamRequest), response); break;
            case "DeleteStream": streams.Delete(Read(json.DeleteStreamRequest), response); break;
            default: throw AwsException.UnknownOperation(operation);
        }
        return Task.CompletedTask;

        T Read<T>(JsonTypeInfo<T> type) where T : class =>
            JsonSerializer.Deserialize(request.Span, type) ?? throw new JsonException("The request is not a structure.");
    }
}
