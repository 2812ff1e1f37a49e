using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Storage.Leases;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// Simulates workers that share a stream's shards. The test moves their common clock; each worker then discovers
/// shards, renews leases and processes batches when due.
/// </summary>
internal sealed class SharedShards : IShardStream
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider _time = new(Samples.Arrival);
    private readonly List<StreamShard> _shards = [];
    private readonly Random _random;
    private int _ticks;
    private int _added;

    public SharedShards(int shards, int seed = 0)
    {
        _random = new(seed);
        for (var i = 0; i < shards; i++)
            AddShard();
    }

    public InMemoryLeases Leases { get; } = new();
    public List<ModelWorker> Workers { get; } = [];
    public EventSourceMappingOptions Options { get; } = new();

    /// <summary>Workers that have neither ended nor stalled.</summary>
    public IEnumerable<ModelWorker> Live => Workers.Where(worker => worker is { HasEnded: false, StalledTicks: 0 });

    /// <summary>Leases of the shards that can be read now.</summary>
    public IEnumerable<Lease> Readable =>
        Leases.All.Where(lease =>
            lease.Checkpoint != Checkpoint.ShardEnd
            && lease.Parents.All(parent =>
                Leases.All.All(other => other.ShardId != parent || other.Checkpoint == Checkpoint.ShardEnd)
            )
        );

    /// <summary>
    /// True when live workers own all readable shards, and no worker has two more than another.
    /// </summary>
    public bool IsShared
    {
        get
        {
            var loads = Live.Select(worker => Readable.Count(lease => lease.Worker == worker.Name)).ToArray();
            return Leases.All.Count > 0 && loads.Sum() == Readable.Count() && loads.Max() - loads.Min() <= 1;
        }
    }

    public string Owners => string.Join(' ', Readable.Select(lease => lease.Owner ?? "nobody"));

    public string AddShard(params string[] parents)
    {
        var id = $"shardId-{_added++:D12}";
        _shards.Add(new(id, parents));
        return id;
    }

    /// <summary>Returns true if the shard has children, so that it gets no more records.</summary>
    public bool IsClosed(string shardId) => _shards.Any(shard => shard.Parents.Contains(shardId));

    public void RemoveShard(string shardId) => _shards.RemoveAll(shard => shard.ShardId == shardId);

    public ModelWorker Join()
    {
        var worker = new ModelWorker(this, _time, _random);
        Workers.Add(worker);
        return worker;
    }

    public async Task RunAsync(TimeSpan duration)
    {
        for (var left = duration; left > TimeSpan.Zero; left -= s_tick)
            await TickAsync();
    }

    /// <summary>Runs until the shards are shared evenly. Returns how long that took.</summary>
    public async Task<TimeSpan> RunUntilSharedAsync(TimeSpan atMost)
    {
        var began = _time.GetUtcNow();
        do
        {
            await TickAsync();
            Assert.True(_time.GetUtcNow() - began <= atMost, $"Not shared within {atMost}: {Owners}");
        } while (!IsShared);
        return _time.GetUtcNow() - began;
    }

    private async Task TickAsync()
    {
        _time.Advance(s_tick);
        _ticks++;
        foreach (var worker in Workers.OrderBy(_ => _random.Next()).ToArray())
        {
            await worker.TickAsync(_ticks);
            foreach (
                var claims in Workers
                    .Where(w => !w.HasEnded)
                    .SelectMany(w => w.HeldLeases)
                    .GroupBy(held => held.ShardId)
            )
                Assert.True(
                    claims.Count(held => Leases.All.Any(lease => lease.Owner == held.Owner)) <= 1,
                    $"Two workers can checkpoint {claims.Key}."
                );
        }
    }

    Task<IReadOnlyList<StreamShard>> IShardStream.ListShardsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StreamShard>>([.. _shards]);

    Task<string> IShardStream.GetIteratorAsync(
        string shardId,
        string checkpoint,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();

    Task<ShardRead> IShardStream.ReadAsync(
        string shardId,
        string iterator,
        int limit,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}

/// <summary>
/// Simulates a worker of the event source mapping. Its batches only move the checkpoint.
/// </summary>
internal sealed class ModelWorker(SharedShards world, TimeProvider time, Random random)
{
    private const int TicksPerDiscovery = 4;
    private const int TicksPerRenewal = 8;

    private readonly LeaseCoordinator _coordinator = new(world, world.Leases, world.Options, time, NullLogger.Instance);
    private readonly Dictionary<string, Running> _running = [];
    private readonly int _phase = random.Next(TicksPerRenewal);

    private sealed class Running(Lease taken, int position)
    {
        public Lease Taken { get; } = taken;
        public int Position { get; set; } = position;
        public bool IsRequested { get; set; }
        public int TicksLeft { get; set; }
    }

    public string Name => _coordinator.Worker;
    public bool HasEnded { get; private set; }
    public int StalledTicks { get; set; }

    /// <summary>Duration of its batches.</summary>
    public int TicksPerBatch { get; set; } = 1;

    /// <summary>Leases that the worker believes it holds, even while it is stalled.</summary>
    public IEnumerable<Lease> HeldLeases => _running.Values.Select(running => running.Taken);

    public void Kill() => HasEnded = true;

    public async Task StopAsync()
    {
        HasEnded = true;
        foreach (var running in _running.Values)
            await world.Leases.ReleaseAsync(running.Taken.ShardId, running.Taken.Owner!, CancellationToken.None);
    }

    public async Task TickAsync(int tick)
    {
        if (HasEnded || (StalledTicks > 0 && StalledTicks-- > 0))
            return;
        await ProcessAsync();
        if ((tick + _phase) % TicksPerRenewal == 0)
            await RenewAsync();
        if ((tick + _phase) % TicksPerDiscovery == 0)
        {
            await foreach (var taken in _coordinator.TakeAsync([.. _running.Keys], CancellationToken.None))
                _running.Add(
                    taken.ShardId,
                    new(
                        taken,
                        int.TryParse(taken.Checkpoint, CultureInfo.InvariantCulture, out var position) ? position : 0
                    )
                    {
                        TicksLeft = TicksPerBatch,
                    }
                );
        }
    }

    private async Task RenewAsync()
    {
        foreach (var running in _running.Values.ToArray())
        {
            var renewal = await world.Leases.RenewAsync(
                running.Taken.ShardId,
                running.Taken.Owner!,
                backlog: null,
                CancellationToken.None
            );
            if (renewal == Renewal.Lost)
                _running.Remove(running.Taken.ShardId);
            running.IsRequested |= renewal == Renewal.Requested;
        }
    }

    private async Task ProcessAsync()
    {
        foreach (var running in _running.Values.ToArray())
        {
            if (--running.TicksLeft > 0)
                continue;
            running.TicksLeft = TicksPerBatch;
            var (shardId, owner) = (running.Taken.ShardId, running.Taken.Owner!);
            var before = world.Leases.All.FirstOrDefault(lease => lease.ShardId == shardId);
            var to = running.Position + random.Next(1, 4);
            if (!await world.Leases.TryCheckpointAsync(shardId, owner, new($"{to}"), CancellationToken.None))
            {
                _running.Remove(shardId);
                continue;
            }
            // No other worker has moved the checkpoint, so no record is skipped or processed twice.
            Assert.Equal(
                running.Position,
                int.TryParse(before!.Checkpoint, CultureInfo.InvariantCulture, out var position) ? position : 0
            );
            running.Position = to;
            var isAtEnd = world.IsClosed(shardId);
            if (isAtEnd)
                Assert.True(
                    await world.Leases.TryCheckpointAsync(
                        shardId,
                        owner,
                        new(Checkpoint.ShardEnd),
                        CancellationToken.None
                    )
                );
            if (!isAtEnd && !running.IsRequested)
                continue;
            await world.Leases.ReleaseAsync(shardId, owner, CancellationToken.None);
            _running.Remove(shardId);
        }
    }
}
