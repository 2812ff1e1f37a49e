using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Leases;

/// <summary>
/// Finds out, by this worker's own clock, which observations have not changed for a lease period. Workers' clocks need
/// not agree. Callers act on the result with conditional writes only.
/// </summary>
internal sealed class LeaseExpiryTracker(TimeSpan leaseLength, TimeProvider time)
{
    private readonly Dictionary<(string ShardId, string Aspect), (object? Value, long Since)> _seen = [];
    private long _now;

    /// <summary>Notes the time of a scan. Call it before listing leases and shards.</summary>
    public void BeginScan() => _now = time.GetTimestamp();

    /// <summary>
    /// True when the lease has an owner, or is reserved for the worker that requested it, and was not renewed in time.
    /// </summary>
    public bool IsExpired(Lease lease) =>
        (lease.Owner ?? lease.WantedBy) is not null && IsUnchanged(lease.ShardId, "counter", lease.Counter);

    /// <summary>True when the owner has not released the lease within a lease period of a request.</summary>
    public bool IsHandoverOverdue(Lease lease) =>
        lease is { Owner: not null, WantedBy: not null }
        && IsUnchanged(lease.ShardId, "wanted", (lease.Owner, lease.WantedBy));

    /// <summary>True when the stream has not listed the lease's shard for a lease period.</summary>
    public bool HasLeftStream(Lease lease, bool isListed) =>
        IsUnchanged(lease.ShardId, "listed", isListed) && !isListed;

    public void Forget(string shardId)
    {
        foreach (var key in _seen.Keys.Where(key => key.ShardId == shardId).ToArray())
            _seen.Remove(key);
    }

    private bool IsUnchanged(string shardId, string aspect, object value)
    {
        if (!_seen.TryGetValue((shardId, aspect), out var seen) || !value.Equals(seen.Value))
            _seen[(shardId, aspect)] = seen = (value, _now);
        return time.GetElapsedTime(seen.Since, _now) >= leaseLength;
    }
}
