namespace Pos.ServiceDefaults.Tracing;

/// <summary>Token bucket: as many permits a second as the limit, at most the limit at once. Thread-safe.</summary>
/// <param name="perSecond">0 or more.</param>
/// <param name="time">The clock.</param>
internal sealed class TraceRate(int perSecond, TimeProvider time)
{
    private readonly double _spacing = perSecond > 0 ? (double)time.TimestampFrequency / perSecond : 0;
    private readonly long _second = time.TimestampFrequency;

    // Generic cell rate algorithm: the time when the bucket is full again.
    private long _fullAt = long.MinValue;

    /// <summary>Takes a permit if there is one.</summary>
    public bool TryTake()
    {
        if (perSecond <= 0)
            return false;
        while (true)
        {
            var now = time.GetTimestamp();
            var fullAt = Volatile.Read(ref _fullAt);
            var next = Math.Max(fullAt, now) + (long)_spacing;
            if (next - now > _second)
                return false;
            if (Interlocked.CompareExchange(ref _fullAt, next, fullAt) == fullAt)
                return true;
        }
    }
}
