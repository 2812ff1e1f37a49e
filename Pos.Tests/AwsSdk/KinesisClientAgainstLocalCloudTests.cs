using System.Globalization;
using System.Text;
using Amazon.Kinesis;
using Amazon.Kinesis.Model;
using Xunit;

namespace Pos.Tests.AwsSdk;

/// <summary>Tests each operation of the client with LocalCloud's streams.</summary>
[SystemTest]
public sealed class KinesisClientAgainstLocalCloudTests
{
    private const string Stream = "purchases";

    [Fact]
    public async Task A_stream_is_created_described_listed_and_deleted()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var kinesis = Clients.Kinesis(server.Url);
        await CreateAsync(kinesis, shards: 2);

        var summary = (
            await kinesis.DescribeStreamSummaryAsync(new DescribeStreamSummaryRequest { StreamName = Stream })
        ).StreamDescriptionSummary;
        Assert.Equal(
            (Stream, StreamStatus.ACTIVE, 2),
            (summary.StreamName, summary.StreamStatus, summary.OpenShardCount)
        );
        Assert.EndsWith($":stream/{Stream}", summary.StreamARN);
        Assert.Equal([Stream], (await kinesis.ListStreamsAsync(new ListStreamsRequest())).StreamNames);
        await Assert.ThrowsAsync<ResourceInUseException>(() =>
            kinesis.CreateStreamAsync(new CreateStreamRequest { StreamName = Stream, ShardCount = 1 })
        );

        await kinesis.DeleteStreamAsync(new DeleteStreamRequest { StreamName = Stream });
        await Wait.UntilAsync(async () =>
            (await kinesis.ListStreamsAsync(new ListStreamsRequest())).StreamNames.Count == 0
        );
        await Assert.ThrowsAsync<ResourceNotFoundException>(() =>
            kinesis.DescribeStreamSummaryAsync(new DescribeStreamSummaryRequest { StreamName = Stream })
        );
    }

    [Fact]
    public async Task Records_are_read_as_they_were_put()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var kinesis = Clients.Kinesis(server.Url);
        await CreateAsync(kinesis, shards: 1);
        var before = DateTime.UtcNow;
        var put = await kinesis.PutRecordsAsync(
            new PutRecordsRequest
            {
                StreamName = Stream,
                Records =
                [
                    .. Enumerable
                        .Range(0, 500)
                        .Select(i => new PutRecordsRequestEntry
                        {
                            PartitionKey = $"clé {i}",
                            Data = Data($"record {i} + \"é\""),
                        }),
                ],
            }
        );
        var last = await kinesis.PutRecordAsync(
            new PutRecordRequest
            {
                StreamName = Stream,
                PartitionKey = "last",
                Data = Data(""),
            }
        );

        Assert.Equal(0, put.FailedRecordCount);
        var records = await ReadAsync(kinesis, await IteratorAsync(kinesis, ShardIteratorType.TRIM_HORIZON), 501);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"record {i} + \"é\"").Append(""), records.Select(Text));
        Assert.Equal(
            Enumerable.Range(0, 500).Select(i => $"clé {i}").Append("last"),
            records.Select(record => record.PartitionKey)
        );
        Assert.Equal(
            put.Records.Select(entry => entry.SequenceNumber).Append(last.SequenceNumber),
            records.Select(record => record.SequenceNumber)
        );
        Assert.All(records, record =>
            Assert.InRange(
                record.ApproximateArrivalTimestamp!.Value,
                before.AddSeconds(-1),
                DateTime.UtcNow.AddSeconds(1)
            )
        );
    }

    [Fact]
    public async Task Each_type_of_iterator_has_the_right_start()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var kinesis = Clients.Kinesis(server.Url);
        await CreateAsync(kinesis, shards: 1);
        var latest = await IteratorAsync(kinesis, ShardIteratorType.LATEST);
        var sequenceNumbers = new List<string>();
        foreach (var text in new[] { "a", "b", "c" })
            sequenceNumbers.Add(
                (
                    await kinesis.PutRecordAsync(
                        new PutRecordRequest
                        {
                            StreamName = Stream,
                            PartitionKey = "p",
                            Data = Data(text),
                        }
                    )
                ).SequenceNumber
            );
        var first = (await ReadAsync(kinesis, latest, 3))[0];

        Assert.Equal("abc", await TextsAsync(ShardIteratorType.TRIM_HORIZON, 3));
        Assert.Equal("bc", await TextsAsync(ShardIteratorType.AT_SEQUENCE_NUMBER, 2, sequenceNumbers[1]));
        Assert.Equal("c", await TextsAsync(ShardIteratorType.AFTER_SEQUENCE_NUMBER, 1, sequenceNumbers[1]));
        Assert.Equal(
            "abc",
            await TextsAsync(
                ShardIteratorType.AT_TIMESTAMP,
                3,
                timestamp: first.ApproximateArrivalTimestamp!.Value.AddSeconds(-5)
            )
        );
        var ahead = await kinesis.GetRecordsAsync(
            new GetRecordsRequest
            {
                ShardIterator = await IteratorAsync(
                    kinesis,
                    ShardIteratorType.AT_TIMESTAMP,
                    timestamp: first.ApproximateArrivalTimestamp.Value.AddHours(-1)
                ),
                Limit = 2,
            }
        );
        Assert.Equal("ab", string.Concat(ahead.Records.Select(Text)));

        async Task<string> TextsAsync(
            ShardIteratorType type,
            int count,
            string? sequenceNumber = null,
            DateTime? timestamp = null
        ) =>
            string.Concat(
                (await ReadAsync(kinesis, await IteratorAsync(kinesis, type, sequenceNumber, timestamp), count)).Select(
                    Text
                )
            );
    }

    [Fact]
    public async Task A_split_shard_ends_and_names_its_children()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var kinesis = Clients.Kinesis(server.Url);
        await CreateAsync(kinesis, shards: 1);
        var iterator = await IteratorAsync(kinesis, ShardIteratorType.TRIM_HORIZON);
        await kinesis.PutRecordAsync(
            new PutRecordRequest
            {
                StreamName = Stream,
                PartitionKey = "p",
                Data = Data("before"),
            }
        );
        await kinesis.SplitShardAsync(
            new SplitShardRequest
            {
                StreamName = Stream,
                ShardToSplit = "shardId-000000000000",
                NewStartingHashKey = (UInt128.MaxValue / 2).ToString(CultureInfo.InvariantCulture),
            }
        );
        await ActiveAsync(kinesis);

        var texts = new List<string>();
        var children = new List<ChildShard>();
        for (var calls = 0; iterator is not null && calls < 10; calls++)
        {
            var got = await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = iterator });
            texts.AddRange(got.Records.Select(Text));
            children.AddRange(got.ChildShards ?? []);
            iterator = got.NextShardIterator;
        }
        Assert.Null(iterator);
        Assert.Equal(["before"], texts);
        Assert.Equal(["shardId-000000000001", "shardId-000000000002"], children.Select(child => child.ShardId));
        Assert.All(children, child => Assert.Equal(["shardId-000000000000"], child.ParentShards));

        await kinesis.MergeShardsAsync(
            new MergeShardsRequest
            {
                StreamName = Stream,
                ShardToMerge = "shardId-000000000001",
                AdjacentShardToMerge = "shardId-000000000002",
            }
        );
        await ActiveAsync(kinesis);
        var update = await kinesis.UpdateShardCountAsync(
            new UpdateShardCountRequest
            {
                StreamName = Stream,
                TargetShardCount = 2,
                ScalingType = ScalingType.UNIFORM_SCALING,
            }
        );
        Assert.Equal((1, 2), (update.CurrentShardCount, update.TargetShardCount));
    }

    [Fact]
    public async Task Shards_are_listed_page_by_page_and_by_filter()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var kinesis = Clients.Kinesis(server.Url);
        await CreateAsync(kinesis, shards: 3);
        var first = await kinesis.ListShardsAsync(new ListShardsRequest { StreamName = Stream, MaxResults = 2 });
        var second = await kinesis.ListShardsAsync(new ListShardsRequest { NextToken = first.NextToken });

        Assert.Equal(["shardId-000000000000", "shardId-000000000001"], first.Shards.Select(shard => shard.ShardId));
        Assert.Equal(["shardId-000000000002"], second.Shards.Select(shard => shard.ShardId));
        Assert.Null(second.NextToken);
        Assert.Equal("0", first.Shards[0].HashKeyRange.StartingHashKey);
        Assert.Equal(
            UInt128.MaxValue.ToString(CultureInfo.InvariantCulture),
            second.Shards[0].HashKeyRange.EndingHashKey
        );
        var after = await kinesis.ListShardsAsync(
            new ListShardsRequest
            {
                StreamName = Stream,
                ShardFilter = new ShardFilter
                {
                    Type = ShardFilterType.AFTER_SHARD_ID,
                    ShardId = "shardId-000000000001",
                },
            }
        );
        Assert.Equal(["shardId-000000000002"], after.Shards.Select(shard => shard.ShardId));
    }

    [Fact]
    public async Task Errors_of_LocalCloud_are_thrown_as_exceptions_of_the_SDK()
    {
        await using var server = await LocalCloudServer.StartAsync();
        using var kinesis = Clients.Kinesis(server.Url);
        await CreateAsync(kinesis, shards: 1);

        var missing = await Assert.ThrowsAsync<ResourceNotFoundException>(() =>
            kinesis.PutRecordAsync(
                new PutRecordRequest
                {
                    StreamName = "other",
                    PartitionKey = "p",
                    Data = Data("x"),
                }
            )
        );
        Assert.NotEmpty(missing.RequestId);
        await Assert.ThrowsAsync<InvalidArgumentException>(() =>
            kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = "not one" })
        );
    }

    private static async Task CreateAsync(AmazonKinesisClient kinesis, int shards)
    {
        await kinesis.CreateStreamAsync(new CreateStreamRequest { StreamName = Stream, ShardCount = shards });
        await ActiveAsync(kinesis);
    }

    private static Task ActiveAsync(AmazonKinesisClient kinesis) =>
        Wait.UntilAsync(async () =>
            (await kinesis.DescribeStreamSummaryAsync(new DescribeStreamSummaryRequest { StreamName = Stream }))
                .StreamDescriptionSummary
                .StreamStatus == StreamStatus.ACTIVE
        );

    private static async Task<string> IteratorAsync(
        AmazonKinesisClient kinesis,
        ShardIteratorType type,
        string? sequenceNumber = null,
        DateTime? timestamp = null
    ) =>
        (
            await kinesis.GetShardIteratorAsync(
                new GetShardIteratorRequest
                {
                    StreamName = Stream,
                    ShardId = "shardId-000000000000",
                    ShardIteratorType = type,
                    StartingSequenceNumber = sequenceNumber,
                    Timestamp = timestamp,
                }
            )
        ).ShardIterator;

    private static async Task<List<Amazon.Kinesis.Model.Record>> ReadAsync(
        AmazonKinesisClient kinesis,
        string iterator,
        int count
    )
    {
        var records = new List<Amazon.Kinesis.Model.Record>();
        await Wait.UntilAsync(async () =>
        {
            var got = await kinesis.GetRecordsAsync(new GetRecordsRequest { ShardIterator = iterator });
            records.AddRange(got.Records);
            iterator = got.NextShardIterator;
            return records.Count >= count;
        });
        return records;
    }

    private static MemoryStream Data(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Text(Amazon.Kinesis.Model.Record record) => Encoding.UTF8.GetString(record.Data.ToArray());
}
