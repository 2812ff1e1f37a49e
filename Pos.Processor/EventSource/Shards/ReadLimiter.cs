namespace Pos.Processor.EventSource.Shards;

/// <summary>
/// Limits reads of a shard. Kinesis, GetRecords: "Each shard can support up to five read transactions per second". A
/// stream that does not enforce this limit is read without delay. After each throttled read, the limiter keeps to it
/// for a minute.
/// </summary>
internal sealed class ReadLimiter(TimeProvider time)
{
    private static readonly TimeSpan s_minInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_enforcement = TimeSpan.FromMinutes(1);

    private DateTimeOffset _lastRead = DateTimeOffset.MinValue;
    private DateTimeOffset _enforcedUntil = DateTimeOffset.MinValue;

    /// <summary>Waits until the next read is allowed, and counts it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (
            now < _enforcedUntil
            && _lastRead + s_minInterval * (1 + Random.Shared.NextDouble() / 10) - now is { Ticks: > 0 } left
        )
            await Task.Delay(left, time, cancellationToken);
        _lastRead = time.GetUtcNow();
    }

    /// <summary>Enforces the limit for a minute. Returns true if it was not enforced before.</summary>
    public bool Enforce()
    {
        var now = time.GetUtcNow();
        var isFirst = now >= _enforcedUntil;
        _enforcedUntil = now + s_enforcement;
        return isFirst;
    }
}
