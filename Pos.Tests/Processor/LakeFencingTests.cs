using System.IO.Compression;
using System.Text;
using Amazon;
using Amazon.S3;
using Amazon.S3.Model;
using Pos.Contracts;
using Pos.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.Lake;
using Pos.Storage;
using Pos.Storage.Lake;
using Pos.Storage.Leases;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// Two workers write one shard's lake objects: one that stalls between any two of its steps, and its successor with
/// other batches.
/// </summary>
[SystemTest]
public sealed class LakeFencingTests(SharedTables tableServer)
{
    private const string Shard = "shardId-000000000000";
    private const int Unreadable = 1;
    private const int Last = 4;

    /// <param name="LeftBehind">Number of records written by an earlier failed attempt of the first worker.</param>
    /// <param name="StalledBatch">Number of records in the batch in which the first worker stalls.</param>
    /// <param name="Rejected">Record that the lookup table rejects from the first worker only; 0 for none.</param>
    /// <param name="SuccessorBatch">Batch size of the successor.</param>
    /// <param name="Discarded">Record that the successor discards; 0 for none.</param>
    private sealed record Story(int LeftBehind, int StalledBatch, int Rejected, int SuccessorBatch, int Discarded);

    /// <summary>
    /// Tries all orders of both workers' steps: S3 calls, lease checks, the checkpoint and the takeover.
    /// </summary>
    [Fact]
    public async Task Objects_never_overlap_and_nothing_is_missing_in_any_order_of_two_workers_steps()
    {
        var stories =
            from leftBehind in (int[])[0, 3]
            from stalledBatch in (int[])[2, 4]
            from rejected in (int[])[0, 2]
            from successorBatch in (int[])[1, 2, 3, 4]
            from discarded in (int[])[0, 2, 3]
            select new Story(leftBehind, stalledBatch, rejected, successorBatch, discarded);
        // Without a synchronization context, each step runs to the next one within the call that releases it.
        var orders = await Task.Run(() => stories.Sum(EveryOrder));
        TestContext.Current.TestOutputHelper?.WriteLine($"{orders} orders");
        Assert.InRange(orders, 5_000, int.MaxValue);
    }

    [Fact]
    public async Task Worker_that_lost_its_lease_overwrites_nothing_on_a_real_table_and_real_objects()
    {
        await using var cloud = await LocalCloudServer.StartAsync();
        using var s3 = new AmazonS3Client(
            "test",
            "test",
            new AmazonS3Config
            {
                ServiceURL = cloud.Url,
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
            }
        );
        var resources = await tableServer.CreateTablesAsync();
        await s3.PutBucketAsync(resources.LakeBucket);
        var leases = new DynamoLeases(await tableServer.StartAsync(), resources);
        var lease = new Lease(Shard, Checkpoint.TrimHorizon, null, 0, []);
        await leases.AddAsync(lease, CancellationToken.None);
        var first = (await leases.TryTakeAsync(lease, "first#1", CancellationToken.None))!;
        var sink = new LakeSink(s3, resources);
        await sink.WriteAsync(Record(2), [PostOf(2), PostOf(3)], new(leases, first), CancellationToken.None);
        var before = await s3.GetObjectMetadataAsync(resources.LakeBucket, LakeKeys.KeyOf(Record(2)));

        var second = (await leases.TryTakeAsync(first, "second#1", CancellationToken.None))!;
        await sink.WriteAsync(Record(2), [PostOf(2), PostOf(3)], new(leases, second), CancellationToken.None);
        await Assert.ThrowsAsync<LeaseLostException>(() =>
            sink.WriteAsync(Record(2), [PostOf(2)], new(leases, first), CancellationToken.None)
        );

        var after = await s3.GetObjectAsync(resources.LakeBucket, LakeKeys.KeyOf(Record(2)));
        Assert.NotEqual(before.ETag, after.ETag); // Otherwise the first could mistake the second's object for its own.
        using var content = new MemoryStream();
        await after.ResponseStream.CopyToAsync(content);
        Assert.Equal([2, 3], Lines(content.ToArray()));
    }

    private static int EveryOrder(Story story)
    {
        using var world = new World(story);
        var orders = 0;
        var choices = new List<(bool Stalled, bool IsOnly)>();
        while (true)
        {
            world.Run(choices);
            orders++;
            // Change the last choice that has an alternative.
            while (choices is [.., var last] && (last.IsOnly || last.Stalled))
                choices.RemoveAt(choices.Count - 1);
            if (choices is [])
                return orders;
            choices[^1] = (true, false);
        }
    }

    private sealed class World(Story story) : IDisposable
    {
        private static readonly PosResources s_resources = new();
        private readonly FakeS3 _objects = new();
        private readonly SteppedS3 _stalledS3 = new();
        private readonly SteppedS3 _successorS3 = new();

        /// <summary>
        /// Runs the story once: first the given choices, then the successor before the stalled worker. Adds each choice
        /// made to the list.
        /// </summary>
        public void Run(List<(bool Stalled, bool IsOnly)> choices)
        {
            _objects.Objects.Clear();
            var leases = new InMemoryLeases();
            leases.AddAsync(new(Shard, "0", null, 0, []), default);
            var first = leases.TryTakeAsync(leases[Shard], "stalled#1", default).Result!;
            var (stalled, successor) = (new Steps(), new Steps());
            (_stalledS3.Store, _stalledS3.Steps, _successorS3.Store, _successorS3.Steps) = (
                _objects,
                null,
                _objects,
                successor
            );
            if (story.LeftBehind > 0)
                Assert.True(
                    WriteAsync(_stalledS3, new(leases, first), 1, story.LeftBehind, rejected: 0).IsCompletedSuccessfully
                );
            _stalledS3.Steps = stalled;
            leases.Renewing = owner => (owner == first.Owner ? stalled : successor).NextAsync();

            var startedAt = -1;
            var stalling = StalledAsync(leases, first, stalled);
            var succeeding = SuccessorAsync(leases, successor, at => startedAt = at);
            for (var step = 0; stalled.Waits || successor.Waits; step++)
            {
                if (step == choices.Count)
                    choices.Add((!successor.Waits, !successor.Waits || !stalled.Waits));
                (choices[step].Stalled ? stalled : successor).Go();
            }

            Assert.True(succeeding.IsCompletedSuccessfully, $"{succeeding.Exception}");
            Assert.True(
                stalling.IsCompletedSuccessfully || stalling.Exception?.InnerException is LeaseLostException,
                $"{stalling.Status} {stalling.Exception}"
            );
            var expected = Enumerable
                .Range(1, Last)
                .Where(record =>
                    record != Unreadable && record != (record <= startedAt ? story.Rejected : story.Discarded)
                );
            var lines = _objects.Keys("purchases/").SelectMany(key => Lines(_objects.Objects[key])).Order().ToArray();
            Assert.True(
                lines.SequenceEqual(expected),
                $"{story}: {string.Join(' ', choices.Select(choice => choice.Stalled ? "stalled" : "successor"))}: "
                    + string.Join(' ', lines)
            );
        }

        public void Dispose()
        {
            _objects.Dispose();
            _stalledS3.Dispose();
            _successorS3.Dispose();
        }

        private async Task StalledAsync(InMemoryLeases leases, Lease lease, Steps steps)
        {
            await WriteAsync(_stalledS3, new(leases, lease), 1, story.StalledBatch, story.Rejected);
            await steps.NextAsync();
            await leases.TryCheckpointAsync(Shard, lease.Owner!, new($"{story.StalledBatch}"), default);
        }

        private async Task SuccessorAsync(InMemoryLeases leases, Steps steps, Action<int> starts)
        {
            await steps.NextAsync();
            var lease = (await leases.TryTakeAsync(leases[Shard], "successor#1", default))!;
            var done = int.Parse(lease.Checkpoint);
            starts(done);
            while (done < Last)
            {
                var to = Math.Min(Last, done + story.SuccessorBatch);
                if (done + 1 == story.Discarded)
                    await WriteAsync(
                        _successorS3,
                        new(leases, lease),
                        done + 1,
                        to = done + 1,
                        rejected: story.Discarded
                    );
                else
                    await WriteAsync(
                        _successorS3,
                        new(leases, lease),
                        done + 1,
                        to = to >= story.Discarded && story.Discarded > done ? story.Discarded - 1 : to,
                        rejected: 0
                    );
                Assert.True(await leases.TryCheckpointAsync(Shard, lease.Owner!, new($"{done = to}"), default));
            }
        }

        // Writes to the lake as the handler does, for a batch or a discarded record.
        private static Task WriteAsync(IAmazonS3 s3, HeldLease lease, int from, int to, int rejected)
        {
            var readable = Enumerable.Range(from, to - from + 1).Where(record => record != Unreadable).ToArray();
            return readable is []
                ? Task.CompletedTask
                : new LakeSink(s3, s_resources).WriteAsync(
                    Record(readable[0]),
                    [.. readable.Where(record => record != rejected).Select(PostOf)],
                    lease,
                    default
                );
        }
    }

    private static StreamRecord Record(int sequence) => new(Shard, $"{sequence}", "key", Samples.Arrival, default);

    private static PurchaseVersion PostOf(int sequence) =>
        Samples.At(sequence, Samples.Purchase($"P{sequence}")) with
        {
            Json = Encoding.UTF8.GetBytes($"{{\"n\":{sequence}}}"),
        };

    private static IEnumerable<int> Lines(byte[] content)
    {
        using var text = new StreamReader(new GZipStream(new MemoryStream(content), CompressionMode.Decompress));
        return
        [
            .. text.ReadToEnd()
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => (int)System.Text.Json.JsonElement.Parse(line).GetProperty("n").GetInt64()),
        ];
    }

    /// <summary>Runs one worker step by step.</summary>
    private sealed class Steps
    {
        private TaskCompletionSource? _next;

        public bool Waits => _next is not null;

        public Task NextAsync() => (_next = new()).Task;

        public void Go()
        {
            var next = _next!;
            _next = null;
            next.SetResult();
        }
    }

    private sealed class SteppedS3() : AmazonS3Client("test", "test", RegionEndpoint.USEast1)
    {
        public FakeS3 Store { get; set; } = null!;
        public Steps? Steps { get; set; }

        public override async Task<PutObjectResponse> PutObjectAsync(
            PutObjectRequest request,
            CancellationToken cancellationToken = default
        )
        {
            await (Steps?.NextAsync() ?? Task.CompletedTask);
            return await Store.PutObjectAsync(request, cancellationToken);
        }

        public override async Task<GetObjectMetadataResponse> GetObjectMetadataAsync(
            string bucketName,
            string key,
            CancellationToken cancellationToken = default
        )
        {
            await (Steps?.NextAsync() ?? Task.CompletedTask);
            return await Store.GetObjectMetadataAsync(bucketName, key, cancellationToken);
        }
    }
}
