namespace Pos.ServiceDefaults;

/// <summary>How many of something there were since the process's start, and how many a second lately. For people who
/// look at a service now; who wants the past has the metrics.</summary>
public sealed class Throughput(TimeProvider time)
{
    // Short enough to follow what one sees, long enough not to jump with every batch.
    private const int Seconds = 5;

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();

    // By second, the running one included; each is used again every five seconds.
    private readonly long[] _counts = new long[Seconds];
    private long _second;
    private long _total;

    /// <summary>Since the start.</summary>
    public long Total
    {
        get
        {
            lock (_lock)
                return _total;
        }
    }

    /// <summary>Mean of the last four to five seconds.</summary>
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

    /// <summary>So many more.</summary>
    public void Add(long count)
    {
        lock (_lock)
        {
            Advance();
            _counts[_second % Seconds] += count;
            _total += count;
        }
    }

    /// <summary>Forgets what is too old.</summary>
    /// <returns>Seconds since the start.</returns>
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
