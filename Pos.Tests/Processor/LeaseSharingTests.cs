using CsCheck;
using Pos.Processor.EventSource;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// Workers share a stream's shards. After every step of every worker, no two workers can checkpoint one shard, and only
/// its owner can move a checkpoint.
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
    public async Task Workers_that_start_together_share_the_shards_evenly_and_then_keep_them(int workers, int shards)
    {
        var world = new SharedShards(shards);
        for (var i = 0; i < workers; i++)
            world.Join();

        await world.RunUntilSharedAsync(s_balanced);

        await StaysAsync(world);
    }

    [Fact]
    public async Task Joining_worker_gets_its_share_while_the_others_continue()
    {
        var world = new SharedShards(shards: 8);
        world.Join();
        await world.RunUntilSharedAsync(s_balanced);
        for (var workers = 2; workers <= 5; workers++)
        {
            var heldBefore = world.Live.SelectMany(worker => worker.HeldLeases).ToArray();
            world.Join();
            await world.RunUntilSharedAsync(s_balanced);
            var moved = world.Live.SelectMany(worker => worker.HeldLeases).Except(heldBefore).Count();
            Assert.Equal(8 / workers, moved); // Only the shards of the new worker.
        }
        await StaysAsync(world);
    }

    [Fact]
    public async Task Shards_of_a_dead_worker_are_taken_over_within_ten_seconds()
    {
        var world = new SharedShards(shards: 9);
        var workers = Enumerable.Range(0, 3).Select(_ => world.Join()).ToArray();
        await world.RunUntilSharedAsync(s_balanced);

        workers[0].Kill();
        await world.RunUntilSharedAsync(s_takeOver);
        workers[1].Kill();
        await world.RunUntilSharedAsync(s_takeOver);

        Assert.Equal(9, workers[2].HeldLeases.Count());
    }

    [Fact]
    public async Task Shards_of_a_stopped_worker_are_taken_over_at_once()
    {
        var world = new SharedShards(shards: 6);
        var workers = Enumerable.Range(0, 3).Select(_ => world.Join()).ToArray();
        await world.RunUntilSharedAsync(s_balanced);

        await workers[1].StopAsync();

        await world.RunUntilSharedAsync(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Stalled_worker_loses_its_shards_moves_no_checkpoint_and_gets_a_share_again()
    {
        var world = new SharedShards(shards: 4);
        var (stalled, other) = (world.Join(), world.Join());
        await world.RunUntilSharedAsync(s_balanced);
        var heldBefore = stalled.HeldLeases.ToArray();

        stalled.StalledTicks = 60; // 15 s
        await world.RunUntilSharedAsync(s_takeOver);
        Assert.Equal(4, other.HeldLeases.Count());
        Assert.Equal(heldBefore, stalled.HeldLeases); // It does not know yet.
        Assert.All(heldBefore, held => Assert.NotEqual(held.Owner, world.Leases[held.ShardId].Owner));

        stalled.StalledTicks = 0;
        await world.RunUntilSharedAsync(s_balanced);
        Assert.Empty(stalled.HeldLeases.Intersect(heldBefore));
        await StaysAsync(world);
    }

    [Fact]
    public async Task Requested_shard_is_taken_after_a_lease_period_if_its_owner_does_not_finish_its_batch()
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
    public async Task Child_has_no_owner_until_all_its_parents_have_ended()
    {
        var world = new SharedShards(shards: 2);
        var workers = new[] { world.Join(), world.Join() };
        await world.RunUntilSharedAsync(s_balanced);
        Assert.All(workers, worker => Assert.Single(worker.HeldLeases));
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

        world.RemoveShard(parent); // Processing was blocked for longer than the stream keeps records.
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
    public void Shards_are_shared_evenly_again_after_any_sequence_of_worker_events()
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
            await world.RunAsync(TimeSpan.FromSeconds(15)); // Children of splits wait for their parents.
            await world.RunUntilSharedAsync(s_takeOver + s_balanced);
            await StaysAsync(world);
        }
    }

    /// <summary>Asserts that no lease changes its owner any more.</summary>
    private static async Task StaysAsync(SharedShards world)
    {
        var owners = world.Owners;
        await world.RunAsync(5 * s_leaseLength);
        Assert.Equal(owners, world.Owners);
        Assert.All(world.Readable, lease => Assert.Null(lease.WantedBy));
    }
}
