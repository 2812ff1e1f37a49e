namespace Pos.Processor.EventSource.Shards;

/// <summary>
/// How soon a shard may be read again. Kinesis, GetRecords: "Each shard can support up to five read transactions per
/// second". A stream that does not enforce this is read as fast as there is something to read; one that does is kept to
/// it for a minute after each throttle.
/// </summary>
internal sealed class ReadLimiter(TimeProvider time)
{
    private static readonly TimeSpan s_enforced = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_memory = TimeSpan.FromMinutes(1);

    private DateTimeOffset _lastRead = DateTimeOffset.MinValue;
    private DateTimeOffset _enforcedUntil = DateTimeOffset.MinValue;

    /// <summary>Waits until the next read may be made, and takes it for made.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (
            now < _enforcedUntil
            && _lastRead + s_enforced * (1 + Random.Shared.NextDouble() / 10) - now is { Ticks: > 0 } left
        )
            await Task.Delay(left, time, cancellationToken);
        _lastRead = time.GetUtcNow();
    }

    /// <summary>True when this is news.</summary>
    public bool Throttled()
    {
        var now = time.GetUtcNow();
        var isNews = now >= _enforcedUntil;
        _enforcedUntil = now + s_memory;
        return isNews;
    }
}
