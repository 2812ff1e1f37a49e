namespace Pos.ServiceDefaults;

/// <summary>
/// Counts events since the process started, and per second recently. Meant for status pages; metrics show the past.
/// </summary>
public sealed class Throughput(TimeProvider time)
{
    // Short enough to follow changes, long enough not to jump with every batch.
    private const int Seconds = 5;

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();

    // Ring buffer of counts per second, including the current one.
    private readonly long[] _counts = new long[Seconds];
    private long _second;
    private long _total;

    /// <summary>Number of events since the start.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
                return _total;
        }
    }

    /// <summary>Mean rate of the last four to five seconds.</summary>
    public double PerSecond
    {
        get
        {
            lock (_lock)
            {
                var now = Advance();
                return _counts.Sum() / Math.Clamp(now, 1, Seconds - 1 + now - Math.Truncate(now));
            }
        }
    }

    /// <summary>Counts events.</summary>
    public void Add(long count)
    {
        lock (_lock)
        {
            Advance();
            _counts[_second % Seconds] += count;
            _total += count;
        }
    }

    /// <summary>Clears counts that are too old. Returns the seconds since the start.</summary>
    private double Advance()
    {
        var now = time.GetElapsedTime(_started).TotalSeconds;
        var second = (long)now;
        for (var i = Math.Max(_second + 1, second - Seconds + 1); i <= second; i++)
            _counts[i % Seconds] = 0;
        _second = second;
        return now;
    }
}
