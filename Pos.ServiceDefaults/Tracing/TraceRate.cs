namespace Pos.ServiceDefaults.Tracing;

/// <summary>Limits new traces with a token bucket. Thread-safe.</summary>
/// <param name="perSecond">Permits per second, and maximum burst; 0 permits none.</param>
/// <param name="time">Measures the rate.</param>
internal sealed class TraceRate(int perSecond, TimeProvider time)
{
    private readonly double _spacing = perSecond > 0 ? (double)time.TimestampFrequency / perSecond : 0;
    private readonly long _second = time.TimestampFrequency;

    // The time when the bucket will be full again (generic cell rate algorithm).
    private long _fullAt = long.MinValue;

    /// <summary>Takes a permit. Returns false if there is none.</summary>
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
