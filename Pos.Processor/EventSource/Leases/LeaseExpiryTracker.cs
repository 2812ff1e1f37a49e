using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>
/// Tells by this worker's own clock what has been so for as long as a lease lasts: workers' clocks need not agree.
/// Whoever acts on it does so on condition that it still is.
/// </summary>
internal sealed class LeaseExpiryTracker(TimeSpan leaseLength, TimeProvider time)
{
    private readonly Dictionary<(string ShardId, string Of), (object? Value, long Since)> _seen = [];
    private long _now;

    /// <summary>To be called before leases and shards are listed: what is seen then is no older.</summary>
    public void Begin() => _now = time.GetTimestamp();

    /// <summary>
    /// The lease has an owner, or is kept for a worker that asked for it, and has not been written to.
    /// </summary>
    public bool IsSilent(Lease lease) =>
        (lease.Owner ?? lease.WantedBy) is not null && IsOld(lease.ShardId, "counter", lease.Counter);

    /// <summary>The lease's owner has known that another worker asks for it, and has it still.</summary>
    public bool IsOverdue(Lease lease) =>
        lease is { Owner: not null, WantedBy: not null }
        && IsOld(lease.ShardId, "wanted", (lease.Owner, lease.WantedBy));

    /// <summary>The stream no longer has the lease's shard.</summary>
    public bool IsGone(Lease lease, bool isListed) => IsOld(lease.ShardId, "listed", isListed) && !isListed;

    public void Forget(string shardId)
    {
        foreach (var key in _seen.Keys.Where(key => key.ShardId == shardId).ToArray())
            _seen.Remove(key);
    }

    private bool IsOld(string shardId, string of, object value)
    {
        if (!_seen.TryGetValue((shardId, of), out var seen) || !value.Equals(seen.Value))
            _seen[(shardId, of)] = seen = (value, _now);
        return time.GetElapsedTime(seen.Since, _now) >= leaseLength;
    }
}
