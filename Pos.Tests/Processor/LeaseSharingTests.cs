using CsCheck;
using Pos.Processor.EventSource;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// How workers share a stream's shards. After every step of every worker: no two can checkpoint one shard, and no
/// checkpoint moves but its owner's.
/// </summary>
[Fast]
public sealed class LeaseSharingTests
{
    private static readonly TimeSpan s_leaseLength = TimeSpan.FromSeconds(new EventSourceMappingOptions().LeaseSeconds);
    private static readonly TimeSpan s_takeOver = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_balanced = 3 * s_leaseLength;

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 4)]
    [InlineData(2, 5)]
    [InlineData(3, 7)]
    [InlineData(4, 6)]
    [InlineData(5, 16)]
    [InlineData(5, 3)]
    public async Task Workers_that_start_together_share_the_shards_evenly_and_then_keep_what_they_have(
        int workers,
        int shards
    )
    {
        var world = new SharedShards(shards);
        for (var i = 0; i < workers; i++)
            world.Join();

        await world.RunUntilSharedAsync(s_balanced);

        await StaysAsync(world);
    }

    [Fact]
    public async Task Worker_that_joins_is_given_its_part_while_the_others_go_on()
    {
        var world = new SharedShards(shards: 8);
        world.Join();
        await world.RunUntilSharedAsync(s_balanced);
        for (var workers = 2; workers <= 5; workers++)
        {
            var takings = world.Live.SelectMany(worker => worker.Takings).ToArray();
            world.Join();
            await world.RunUntilSharedAsync(s_balanced);
            var moved = world.Live.SelectMany(worker => worker.Takings).Except(takings).Count();
            Assert.Equal(8 / workers, moved); // What the new one has, and no other.
        }
        await StaysAsync(world);
    }

    [Fact]
    public async Task Dead_workers_shards_are_the_others_within_ten_seconds()
    {
        var world = new SharedShards(shards: 9);
        var workers = Enumerable.Range(0, 3).Select(_ => world.Join()).ToArray();
        await world.RunUntilSharedAsync(s_balanced);

        workers[0].Kill();
        await world.RunUntilSharedAsync(s_takeOver);
        workers[1].Kill();
        await world.RunUntilSharedAsync(s_takeOver);

        Assert.Equal(9, workers[2].Takings.Count());
    }

    [Fact]
    public async Task Stopped_workers_shards_are_the_others_at_once()
    {
        var world = new SharedShards(shards: 6);
        var workers = Enumerable.Range(0, 3).Select(_ => world.Join()).ToArray();
        await world.RunUntilSharedAsync(s_balanced);

        await workers[1].StopAsync();

        await world.RunUntilSharedAsync(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Stalled_worker_has_lost_its_shards_when_it_comes_back_moves_no_checkpoint_and_gets_a_part_again()
    {
        var world = new SharedShards(shards: 4);
        var (stalled, other) = (world.Join(), world.Join());
        await world.RunUntilSharedAsync(s_balanced);
        var takings = stalled.Takings.ToArray();

        stalled.StalledTicks = 60; // 15 s
        await world.RunUntilSharedAsync(s_takeOver);
        Assert.Equal(4, other.Takings.Count());
        Assert.Equal(takings, stalled.Takings); // It does not know yet.
        Assert.All(takings, taking => Assert.NotEqual(taking.Owner, world.Leases[taking.ShardId].Owner));

        stalled.StalledTicks = 0;
        await world.RunUntilSharedAsync(s_balanced);
        Assert.Empty(stalled.Takings.Intersect(takings));
        await StaysAsync(world);
    }

    [Fact]
    public async Task Shard_whose_owner_does_not_end_its_batch_is_taken_from_it_after_a_lease_length()
    {
        var world = new SharedShards(shards: 2);
        var busy = world.Join();
        busy.TicksPerBatch = 10_000;
        await world.RunUntilSharedAsync(s_balanced);

        world.Join();

        var took = await world.RunUntilSharedAsync(s_balanced);
        Assert.True(took >= s_leaseLength, $"Already after {took}.");
        await StaysAsync(world);
    }

    [Fact]
    public async Task Child_is_nobodys_until_its_parents_are_at_their_end_whoever_reads_them()
    {
        var world = new SharedShards(shards: 2);
        var workers = new[] { world.Join(), world.Join() };
        await world.RunUntilSharedAsync(s_balanced);
        Assert.All(workers, worker => Assert.Single(worker.Takings));
        workers[1].TicksPerBatch = 100; // 25 s: its parent ends late.

        await world.RunAsync(TimeSpan.FromSeconds(1));
        var child = world.AddShard([.. world.Leases.All.Select(lease => lease.ShardId)]);
        await world.RunAsync(TimeSpan.FromSeconds(4));

        Assert.Null(world.Leases[child].Owner);
        Assert.Equal(Checkpoint.TrimHorizon, world.Leases[child].Checkpoint);
        await world.RunAsync(TimeSpan.FromSeconds(30));
        Assert.NotNull(world.Leases[child].Owner);
    }

    [Fact]
    public async Task Lease_of_a_shard_that_has_left_the_stream_is_removed_and_its_children_are_read()
    {
        var world = new SharedShards(shards: 1);
        world.Join().TicksPerBatch = 10_000;
        await world.RunAsync(TimeSpan.FromSeconds(2));
        var parent = Assert.Single(world.Leases.All).ShardId;
        var child = world.AddShard(parent);
        await world.RunAsync(TimeSpan.FromSeconds(2));

        world.RemoveShard(parent); // Longer held up than the stream keeps records.
        await world.RunAsync(s_takeOver);

        Assert.Equal([child], world.Leases.All.Select(lease => lease.ShardId));
        Assert.NotNull(world.Leases[child].Owner);
    }

    private enum Event
    {
        Join,
        Kill,
        Stop,
        Stall,
        StallLong,
        SlowBatches,
        Split,
        Wait,
    }

    [Fact]
    public void Whatever_happens_to_workers_when_calm_returns_the_shards_are_shared_evenly()
    {
        var schedules = Gen.Select(
            Gen.Int[1, 8],
            Gen.Int,
            Gen.Select(Gen.Enum<Event>(), Gen.Int[0, 1000], Gen.Int[0, 40]).Array[0, 25]
        );
        schedules.Sample((shards, seed, events) => RunAsync(shards, seed, events).GetAwaiter().GetResult(), iter: 300);

        static async Task RunAsync(int shards, int seed, (Event Event, int Which, int Ticks)[] events)
        {
            var world = new SharedShards(shards, seed);
            world.Join();
            foreach (var (what, which, ticks) in events)
            {
                var live = world.Workers.Where(worker => !worker.HasEnded).ToArray();
                var one = live.Length == 0 ? null : live[which % live.Length];
                if (what == Event.Join && live.Length < 5)
                    world.Join();
                else if (what == Event.Kill)
                    one?.Kill();
                else if (what == Event.Stop && one is not null)
                    await one.StopAsync();
                else if (what is Event.Stall or Event.StallLong && one is not null)
                    one.StalledTicks = what == Event.Stall ? which % 20 : 30 + which % 60;
                else if (what == Event.SlowBatches && one is not null)
                    one.TicksPerBatch = 1 + which % 50;
                else if (
                    what == Event.Split
                    && world.Leases.All.FirstOrDefault(lease => !world.IsClosed(lease.ShardId)) is { } split
                )
                    (_, _) = (world.AddShard(split.ShardId), world.AddShard(split.ShardId));
                await world.RunAsync(TimeSpan.FromMilliseconds(250 * ticks));
            }

            foreach (var worker in world.Workers)
                (worker.StalledTicks, worker.TicksPerBatch) = (0, 1);
            world.Join();
            await world.RunAsync(TimeSpan.FromSeconds(15)); // Splits that wait for their parents.
            await world.RunUntilSharedAsync(s_takeOver + s_balanced);
            await StaysAsync(world);
        }
    }

    /// <summary>Nothing changes hands any more.</summary>
    private static async Task StaysAsync(SharedShards world)
    {
        var owners = world.Owners;
        await world.RunAsync(5 * s_leaseLength);
        Assert.Equal(owners, world.Owners);
        Assert.All(world.Readable, lease => Assert.Null(lease.WantedBy));
    }
}
