namespace Pos.ServiceDefaults;

/// <summary>Limits a log message to one per interval, because an outage fails every request.</summary>
public sealed class LogInterval(TimeSpan length, TimeProvider time)
{
    private long _quietUntil = long.MinValue;

    /// <summary>Length of the interval in seconds, to include in the message.</summary>
    public double Seconds => length.TotalSeconds;

    /// <summary>Returns true once per interval.</summary>
    public bool IsDue()
    {
        var now = time.GetUtcNow().Ticks;
        var until = Interlocked.Read(ref _quietUntil);
        return now >= until && Interlocked.CompareExchange(ref _quietUntil, now + length.Ticks, until) == until;
    }
}
