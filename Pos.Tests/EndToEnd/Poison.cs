using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Amazon.Runtime;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Tests.EndToEnd;

/// <summary>Puts invalid records into the stream directly, as ingest would reject them.</summary>
internal static class Poison
{
    private static readonly PosResources s_resources = new();
    private static readonly byte[] s_mark = "poison"u8.ToArray();

    private static readonly byte[][] s_kinds =
    [
        [.. "poison, not JSON"u8],
        [.. "{\"purchase_id\":\"poison\",\"lines\":[{\"li"u8], // truncated
        [.. "{\"purchase_id\":\"poison"u8, 0xff, .. "\"}"u8], // not UTF-8
        [.. "{\"purchase_id\":\"poison\",\"loyalty\":1}"u8], // a field of another version
        // breaks rules
        [.. "{\"purchase_id\":\"poison\",\"purchased_at\":\"1066-10-14T09:00:00Z\",\"lines\":[]}"u8],
    ];

    /// <summary>
    /// Puts records spread over a time. Repeats each one until the stream acknowledges it.
    /// </summary>
    public static async Task PutAsync(IAmazonKinesis kinesis, int seed, int records, TimeSpan within)
    {
        var random = new Random(seed);
        for (var i = 0; i < records; i++)
        {
            await Task.Delay(within / records * random.NextDouble() * 2);
            await Wait.UntilAsync(
                async () =>
                {
                    try
                    {
                        await kinesis.PutRecordAsync(
                            new PutRecordRequest
                            {
                                StreamName = s_resources.Stream,
                                PartitionKey = $"{random.Next()}",
                                Data = new MemoryStream(s_kinds[i % s_kinds.Length]),
                            }
                        );
                        return true;
                    }
                    catch (Exception error) when (error is HttpRequestException or AmazonServiceException)
                    {
                        return false;
                    }
                },
                "the stream to accept a record"
            );
        }
    }

    /// <summary>
    /// Lists all invalid records in the stream. A record occurs twice if the response to its put was lost.
    /// </summary>
    public static async Task<IReadOnlyList<string>> InStreamAsync(IAmazonKinesis kinesis)
    {
        var found = new List<string>();
        var stream = new KinesisShardStream(kinesis, s_resources);
        foreach (var shard in await stream.ListShardsAsync(CancellationToken.None))
        {
            var iterator = await stream.GetIteratorAsync(shard.ShardId, Checkpoint.TrimHorizon, CancellationToken.None);
            while (iterator is not null)
            {
                var read = await stream.ReadAsync(shard.ShardId, iterator, limit: 100, CancellationToken.None);
                found.AddRange(
                    read.Records.Where(record => record.Data.Span.IndexOf(s_mark) >= 0)
                        .Select(record => $"{record.ShardId} {record.SequenceNumber}")
                );
                iterator = read.MillisBehindLatest == 0 && read.Records is [] ? null : read.NextIterator;
            }
        }
        return found;
    }
}
