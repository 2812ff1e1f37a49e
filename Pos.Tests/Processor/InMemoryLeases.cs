using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.Storage.Leases;

namespace Pos.Tests.Processor;

/// <summary>
/// Leases in memory, with the same conditional writes as the table. Calls complete at once unless the test delays them.
/// </summary>
internal sealed class InMemoryLeases : ILeases
{
    private readonly SortedDictionary<string, Lease> _leases = new(StringComparer.Ordinal);

    /// <summary>Awaited before each renewal, with the owner.</summary>
    public Func<string, Task> Renewing { get; set; } = _ => Task.CompletedTask;

    /// <summary>Called before each checkpoint. Returns the error to fail with, or null.</summary>
    public Func<Exception?> CheckpointFails { get; set; } = () => null;

    /// <summary>Stored progress of all checkpoints, in order.</summary>
    public List<ShardProgress> Stored { get; } = [];

    public IReadOnlyList<Lease> All => [.. _leases.Values];

    public Lease this[string shardId] => _leases[shardId];

    public Task<IReadOnlyList<Lease>> ListAsync(CancellationToken cancellationToken) => Task.FromResult(All);

    public Task AddAsync(Lease lease, CancellationToken cancellationToken)
    {
        _leases.TryAdd(lease.ShardId, lease);
        return Task.CompletedTask;
    }

    public Task<Lease?> TryTakeAsync(Lease observed, string owner, CancellationToken cancellationToken) =>
        Task.FromResult(
            Change(
                observed.ShardId,
                lease => lease.Counter == observed.Counter,
                lease => lease with { Owner = owner, WantedBy = null }
            )
                ? _leases[observed.ShardId]
                : null
        );

    public Task<bool> TryRequestAsync(Lease observed, string worker, CancellationToken cancellationToken) =>
        Task.FromResult(
            Change(
                observed.ShardId,
                lease => lease.Owner == observed.Owner && lease.WantedBy is null,
                lease => lease with { WantedBy = worker, Counter = lease.Counter - 1 }
            )
        ); // A request does not increment the counter.

    public async Task<Renewal> RenewAsync(
        string shardId,
        string owner,
        ShardBacklog? backlog,
        CancellationToken cancellationToken
    )
    {
        await Renewing(owner);
        return !Change(
                shardId,
                lease => lease.Owner == owner,
                lease => lease with { Backlog = backlog ?? lease.Backlog }
            )
                ? Renewal.Lost
            : _leases[shardId].WantedBy is null ? Renewal.Held
            : Renewal.Requested;
    }

    public Task<bool> TryCheckpointAsync(
        string shardId,
        string owner,
        ShardProgress progress,
        CancellationToken cancellationToken
    )
    {
        if (CheckpointFails() is { } failure)
            return Task.FromException<bool>(failure);
        var stored = Change(
            shardId,
            lease => lease.Owner == owner,
            lease => lease with { Checkpoint = progress.Checkpoint, Lanes = progress.Lanes }
        );
        if (stored)
            Stored.Add(progress);
        return Task.FromResult(stored);
    }

    public Task ReleaseAsync(string shardId, string owner, CancellationToken cancellationToken)
    {
        Change(shardId, lease => lease.Owner == owner, lease => lease with { Owner = null });
        return Task.CompletedTask;
    }

    public Task RemoveAsync(Lease observed, CancellationToken cancellationToken)
    {
        if (_leases.TryGetValue(observed.ShardId, out var lease) && lease.Counter == observed.Counter)
            _leases.Remove(observed.ShardId);
        return Task.CompletedTask;
    }

    private bool Change(string shardId, Func<Lease, bool> condition, Func<Lease, Lease> change)
    {
        if (!_leases.TryGetValue(shardId, out var lease) || !condition(lease))
            return false;
        var changed = change(lease);
        _leases[shardId] = changed with { Counter = changed.Counter + 1 };
        return true;
    }
}
