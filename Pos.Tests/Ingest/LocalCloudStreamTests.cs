using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Pos.Contracts;
using Pos.Ingest.Stream;
using Xunit;

namespace Pos.Tests.Ingest;

/// <summary>Ingest with the Kinesis client and LocalCloud's streams.</summary>
[SystemTest]
public sealed class LocalCloudStreamTests
{
    [Fact]
    public async Task Stream_gets_only_the_valid_ones_of_eleven_hundred_purchases()
    {
        await using var cloud = await LocalCloudServer.StartAsync();
        using var kinesis = Client(cloud.Url);
        await CreateStreamAsync(kinesis, shards: 3);
        await using var ingest = await IngestServer.StartAsync(
            kinesis: null,
            $"--AWS_ENDPOINT_URL_KINESIS={cloud.Url}"
        );
        Assert.Equal(200, (int)(await ingest.Http.GetAsync("/health")).StatusCode);
        await GoodAndBad.PostAsync(ingest);

        var records = await ReadAsync(kinesis);
        Assert.Equal(GoodAndBad.GoodIds, records.SelectMany(record => record.Ids).Order(StringComparer.Ordinal));
        var shards = new ShardMap(
            (await kinesis.ListShardsAsync(new ListShardsRequest { StreamName = "purchases" })).Shards
        );
        Assert.All(records, record =>
            Assert.All(record.Ids, id => Assert.Equal(record.ShardId, shards.ShardOf(ShardMap.HashKeyOf(id))))
        );
    }

    [Fact]
    public async Task Unavailable_stream_accepts_nothing_and_loses_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("pos ingest ").FullName;
        try
        {
            await using var first = await LocalCloudServer.StartAsync(folder);
            var url = first.Url;
            using var kinesis = Client(url);
            await CreateStreamAsync(kinesis, shards: 1);
            await using var ingest = await IngestServer.StartAsync(
                kinesis: null,
                $"--AWS_ENDPOINT_URL_KINESIS={url}",
                "--Ingest:Stream:AcknowledgeTimeout=00:00:02",
                "--Ingest:Stream:CallTimeout=00:00:01"
            );
            Assert.Equal(202, (await ingest.PostAsync(IngestServer.Purchase("before"))).Status);
            await first.DisposeAsync();
            Assert.Equal(503, (await ingest.PostAsync(IngestServer.Purchase("during"))).Status);
            Assert.Equal(503, (int)(await ingest.Http.GetAsync("/health")).StatusCode);

            await using var second = await LocalCloudServer.StartAsync(folder, $"--urls={url}");
            Assert.Equal(202, (await ingest.PostAsync(IngestServer.Purchase("after"))).Status);
            Assert.Equal(["before", "after"], (await ReadAsync(kinesis)).SelectMany(record => record.Ids));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static AmazonKinesisClient Client(string url) => new(new AmazonKinesisConfig { ServiceURL = url });

    private static async Task CreateStreamAsync(AmazonKinesisClient kinesis, int shards)
    {
        await kinesis.CreateStreamAsync(new CreateStreamRequest { StreamName = "purchases", ShardCount = shards });
        await Wait.UntilAsync(async () =>
            (await kinesis.DescribeStreamSummaryAsync(new DescribeStreamSummaryRequest { StreamName = "purchases" }))
                .StreamDescriptionSummary
                .StreamStatus == StreamStatus.ACTIVE
        );
    }

    /// <summary>Reads all records with the ids of their purchases, each of which must be valid.</summary>
    private static async Task<IReadOnlyList<(string ShardId, string[] Ids)>> ReadAsync(AmazonKinesisClient kinesis)
    {
        var all = new List<(string, string[])>();
        foreach (
            var shard in (await kinesis.ListShardsAsync(new ListShardsRequest { StreamName = "purchases" })).Shards
        )
        {
            var iterator = (
                await kinesis.GetShardIteratorAsync(
                    new GetShardIteratorRequest
                    {
                        StreamName = "purchases",
                        ShardId = shard.ShardId,
                        ShardIteratorType = ShardIteratorType.TRIM_HORIZON,
                    }
                )
            ).ShardIterator;
            GetRecordsResponse page;
            do
            {
                page = await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = iterator });
                all.AddRange(
                    page.Records.Select(record =>
                        (
                            shard.ShardId,
                            NdjsonReader
                                .Split(record.Data.ToArray())
                                .Select(line =>
                                    PurchaseReader.ReadAccepted(line.Utf8.Span).Accepted!.Purchase.PurchaseId
                                )
                                .ToArray()
                        )
                    )
                );
                iterator = page.NextShardIterator;
            } while (page.MillisBehindLatest > 0);
        }
        return all;
    }
}
