namespace Pos.ServiceDefaults;

/// <summary>Lets one log line through in an interval: an outage fails every request.</summary>
public sealed class LogInterval(TimeSpan length, TimeProvider time)
{
    private long _quietUntil = long.MinValue;

    /// <summary>Seconds until the next line, for the line itself.</summary>
    public double Seconds => length.TotalSeconds;

    /// <summary>True once in the interval.</summary>
    public bool IsDue()
    {
        var now = time.GetUtcNow().Ticks;
        var until = Interlocked.Read(ref _quietUntil);
        return now >= until && Interlocked.CompareExchange(ref _quietUntil, now + length.Ticks, until) == until;
    }
}
