using System.Buffers;
using Amazon.Kinesis;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Pos.Contracts;
using Pos.Contracts.Processor;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>The event source mapping with a real stream and real leases.</summary>
[SystemTest]
public sealed class EventSourceMappingTests(SharedTables tableServer) : IAsyncLifetime
{
    private LocalCloudServer _cloud = null!;
    private AmazonKinesisClient _kinesis = null!;
    private Stores _stores = null!;
    private DynamoLeases _leases = null!;

    public async ValueTask InitializeAsync()
    {
        _cloud = await LocalCloudServer.StartAsync();
        _kinesis = new(
            "test",
            "test",
            new AmazonKinesisConfig { ServiceURL = _cloud.Url, AuthenticationRegion = "us-east-1" }
        );
        _stores = await Stores.CreateAsync(tableServer);
        _leases = new(await tableServer.StartAsync(), _stores.Resources);
        await _kinesis.CreateStreamAsync(new() { StreamName = _stores.Resources.Stream, ShardCount = 2 });
        await StreamIsActiveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _kinesis.Dispose();
        _stores.Dispose();
        await _cloud.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Records_of_all_shards_reach_the_stores(int parallelizationFactor)
    {
        await PutAsync(Enumerable.Range(1, 60).Select(i => Samples.Purchase($"P{i}", lines: Samples.Line(1, i))));
        await using var mapping = await StartAsync(settings: options =>
            options.ParallelizationFactor = parallelizationFactor
        );
        await PutAsync(Enumerable.Range(61, 40).Select(i => Samples.Purchase($"P{i}", lines: Samples.Line(1, i))));

        await WaitForLinesAsync(100);
    }

    [Fact]
    public async Task Lease_stores_begun_lanes_until_the_checkpoint_passes_them()
    {
        var lease = new Lease("shard", Checkpoint.TrimHorizon, null, 0, []);
        await _leases.AddAsync(lease, CancellationToken.None);
        await _leases.TryTakeAsync(lease, "owner", CancellationToken.None);
        var begun = new ShardProgress("1").Begin(3, "9").LaneTo(2, "5");

        Assert.True(await _leases.TryCheckpointAsync("shard", "owner", begun, CancellationToken.None));
        var stored = Assert.Single(await _leases.ListAsync(CancellationToken.None));
        Assert.Equal(
            ("1", 3, "9", "5"),
            (stored.Checkpoint, stored.Lanes!.Count, stored.Lanes.End, Assert.Single(stored.Lanes.Done).Value)
        );

        Assert.True(await _leases.TryCheckpointAsync("shard", "owner", begun.To("9"), CancellationToken.None));
        stored = Assert.Single(await _leases.ListAsync(CancellationToken.None));
        Assert.Equal(("9", null), (stored.Checkpoint, stored.Lanes));
    }

    [Fact]
    public async Task Restarted_mapping_resumes_at_the_checkpoint()
    {
        await PutAsync([Samples.Purchase("A"), Samples.Purchase("B"), Samples.Purchase("C")]);
        await using (await StartAsync())
            await WaitForLinesAsync(3);
        Assert.All(await _leases.ListAsync(CancellationToken.None), lease => Assert.Null(lease.Owner)); // Released.
        var rows = _stores.Firehose.Rows().Count();

        await PutAsync([Samples.Purchase("D")]);
        await using (await StartAsync())
            await WaitForLinesAsync(4);

        Assert.Equal(rows + 1, _stores.Firehose.Rows().Count());
    }

    [Fact]
    public async Task Unavailable_sink_blocks_the_checkpoint_until_it_recovers()
    {
        _stores.S3.IsUnavailable = true;
        await using var mapping = await StartAsync();
        await PutAsync(Enumerable.Range(1, 20).Select(i => Samples.Purchase($"P{i}")));
        await Wait.UntilAsync(() => Volatile.Read(ref _stores.S3.FailedCalls) > 4);
        Assert.All(await _leases.ListAsync(CancellationToken.None), lease =>
            Assert.Equal(Checkpoint.TrimHorizon, lease.Checkpoint)
        );
        Assert.Contains(mapping.Mapping.Shards, shard => shard.Failure is not null);

        _stores.S3.IsUnavailable = false;

        await WaitForLinesAsync(20);
        await Wait.UntilAsync(() => mapping.Mapping.Shards.All(shard => shard.Failure is null));
        Assert.Equal(20, _stores.Firehose.Rows().Count()); // The outage of the lake repeated no rows.
    }

    [Fact]
    public async Task Children_of_a_split_are_read_after_their_parent_and_lose_nothing()
    {
        var shard = (await _kinesis.ListShardsAsync(new() { StreamName = _stores.Resources.Stream })).Shards[0];
        await PutAsync(Enumerable.Range(1, 30).Select(i => Samples.Purchase($"P{i % 10}", lines: Samples.Line(1, i))));
        var middle =
            (
                System.Numerics.BigInteger.Parse(shard.HashKeyRange.StartingHashKey)
                + System.Numerics.BigInteger.Parse(shard.HashKeyRange.EndingHashKey)
            ) / 2;
        await _kinesis.SplitShardAsync(
            new()
            {
                StreamName = _stores.Resources.Stream,
                ShardToSplit = shard.ShardId,
                NewStartingHashKey = middle.ToString(),
            }
        );
        await StreamIsActiveAsync();
        await PutAsync(Enumerable.Range(31, 30).Select(i => Samples.Purchase($"P{i % 10}", lines: Samples.Line(1, i))));

        var order = new List<StreamRecord>();
        await using var mapping = await StartAsync(inner => new ScriptedHandler(
            async (batch, lease, cancel) =>
            {
                var response = await inner.HandleAsync(batch, lease, cancel);
                lock (order)
                    order.AddRange(batch);
                return response;
            },
            inner.DiscardAsync
        ));

        await WaitForLinesAsync(10);
        await Wait.UntilAsync(async () =>
            (await _leases.ListAsync(CancellationToken.None)).Single(lease => lease.ShardId == shard.ShardId).Checkpoint
            == Checkpoint.ShardEnd
        );
        await Wait.UntilAsync(() =>
        {
            lock (order)
                return order.Count == 60;
        });
        Assert.All(order.GroupBy(record => record.PartitionKey), ofKey =>
            Assert.Equal(ofKey.OrderBy(record => System.Numerics.BigInteger.Parse(record.SequenceNumber)), ofKey)
        );
        Assert.Equal(
            Enumerable.Range(51, 10).Select(i => $"P{i % 10}/1={i}").Order(StringComparer.Ordinal),
            (await _stores.LinesAsync()).Lookup
        );
    }

    [Fact]
    public async Task Expired_lease_is_taken_over_and_the_old_owner_cannot_checkpoint()
    {
        await PutAsync([Samples.Purchase("A")]);
        var shards = (await _kinesis.ListShardsAsync(new() { StreamName = _stores.Resources.Stream })).Shards;
        foreach (var shard in shards)
        {
            var lease = new Lease(shard.ShardId, Checkpoint.TrimHorizon, null, 0, []);
            await _leases.AddAsync(lease, CancellationToken.None);
            Assert.NotNull(await _leases.TryTakeAsync(lease, "dead", CancellationToken.None));
        }

        await using var mapping = await StartAsync();
        await WaitForLinesAsync(1);

        Assert.False(await _leases.TryCheckpointAsync(shards[0].ShardId, "dead", new("1"), CancellationToken.None));
        Assert.Equal(
            Renewal.Lost,
            await _leases.RenewAsync(shards[0].ShardId, "dead", backlog: null, CancellationToken.None)
        );
    }

    [Fact]
    public async Task Status_shows_shards_of_other_processors_and_failures_of_stream_and_lease_table()
    {
        var shards = (await _kinesis.ListShardsAsync(new() { StreamName = _stores.Resources.Stream })).Shards;
        var others = new Lease(shards[0].ShardId, "4711", null, 0, []);
        await _leases.AddAsync(others, CancellationToken.None);
        await _leases.TryTakeAsync(others, "another#1", CancellationToken.None);
        var backlog = new ShardBacklog(1_500, 12, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123));
        Assert.Equal(
            Renewal.Held,
            await _leases.RenewAsync(others.ShardId, "another#1", backlog, CancellationToken.None)
        );
        Assert.Equal(
            Renewal.Held,
            await _leases.RenewAsync(others.ShardId, "another#1", backlog: null, CancellationToken.None)
        ); // The stored backlog stays.
        await using var mapping = await StartAsync(settings: options => options.LeaseSeconds = 60);
        await PutAsync(Enumerable.Range(1, 20).Select(i => Samples.Purchase($"P{i}")));
        ShardReport[] Reports() => [.. ShardReports.From(mapping.Mapping, DateTimeOffset.UtcNow)];

        await Wait.UntilAsync(() =>
            Reports() is [_, { State: "here", Records: > 0, LagRecords: 0, IteratorAgeMilliseconds: 0, Failure: null }]
        );
        Assert.Equal(
            new(shards[0].ShardId, "elsewhere", "another#1", "4711", 1_500, 12, backlog.At, 0, 0, null),
            Reports()[0]
        );
        await Wait.UntilAsync(() => Reports()[1].Owner is not null); // As last read from the lease table.

        await _kinesis.DeleteStreamAsync(new() { StreamName = _stores.Resources.Stream });
        await Wait.UntilAsync(() =>
            StatusApi.CreateStatus(mapping.Mapping, _stores.Metrics, default)
                is { Failure: not null, StreamFailure: not null, LeaseTableFailure: null }
        );
    }

    [Fact]
    public async Task Mapping_stores_its_backlog_in_its_leases()
    {
        await using var mapping = await StartAsync();
        await PutAsync(Enumerable.Range(1, 20).Select(i => Samples.Purchase($"P{i}")));
        await WaitForLinesAsync(20);

        await Wait.UntilAsync(async () =>
            (await _leases.ListAsync(CancellationToken.None)) is { Count: 2 } leases
            && leases.All(lease => lease.Backlog is { LagRecords: 0, IteratorAgeMilliseconds: 0 })
        );
    }

    [Fact]
    public async Task Latest_skips_older_records_and_reads_all_new_ones()
    {
        await PutAsync([Samples.Purchase("old")]);
        await Task.Delay(20); // Arrival times have a resolution of one millisecond.
        await using var mapping = await StartAsync(settings: options =>
            options.StartingPosition = StartingPosition.Latest
        );
        await Wait.UntilAsync(() => mapping.Mapping.Shards.Count() == 2);

        await PutAsync([Samples.Purchase("new")]);

        await WaitForLinesAsync(1);
        Assert.Equal(["new/1=6"], (await _stores.LinesAsync()).Lookup);
    }

    private sealed class RunningMapping(EventSourceMapping mapping) : IAsyncDisposable
    {
        public EventSourceMapping Mapping => mapping;

        public async ValueTask DisposeAsync()
        {
            await mapping.StopAsync(CancellationToken.None);
            mapping.Dispose();
        }
    }

    private async Task<RunningMapping> StartAsync(
        Func<IBatchHandler, IBatchHandler>? wrap = null,
        Action<EventSourceMappingOptions>? settings = null
    )
    {
        var options = new EventSourceMappingOptions
        {
            FunctionResponseTypes = [FunctionResponseType.ReportBatchItemFailures],
            BatchSize = 7,
            PollMilliseconds = 10,
            RetryDelayMilliseconds = 5,
            MaximumRetryDelayMilliseconds = 50,
            LeaseSeconds = 1,
            DiscoveryMilliseconds = 100,
        };
        settings?.Invoke(options);
        var mapping = new EventSourceMapping(
            new(
                new KinesisShardStream(_kinesis, _stores.Resources),
                _leases,
                wrap?.Invoke(_stores.Handler) ?? _stores.Handler
            ),
            Options.Create(options),
            TimeProvider.System,
            _stores.Metrics,
            NullLogger<EventSourceMapping>.Instance
        );
        await mapping.StartAsync(CancellationToken.None);
        return new(mapping);
    }

    private async Task PutAsync(IEnumerable<Purchase> purchases)
    {
        foreach (var purchase in purchases)
        {
            var json = new ArrayBufferWriter<byte>();
            PurchaseWriter.WriteAccepted(json, new(purchase, Samples.Arrival));
            await _kinesis.PutRecordAsync(
                new()
                {
                    StreamName = _stores.Resources.Stream,
                    PartitionKey = purchase.PurchaseId,
                    Data = new(json.WrittenSpan.ToArray()),
                }
            );
        }
    }

    private Task StreamIsActiveAsync() =>
        Wait.UntilAsync(async () =>
            (await _kinesis.DescribeStreamSummaryAsync(new() { StreamName = _stores.Resources.Stream }))
                .StreamDescriptionSummary
                .StreamStatus == StreamStatus.ACTIVE
        );

    /// <summary>Waits until all three stores have this many lines, with the same content.</summary>
    private Task WaitForLinesAsync(int lines) =>
        Wait.UntilAsync(async () =>
        {
            var stored = await _stores.LinesAsync();
            return stored.Lookup.Length == lines
                && stored.Lookup.SequenceEqual(stored.Lake)
                && stored.Lookup.SequenceEqual(stored.Warehouse);
        });
}
