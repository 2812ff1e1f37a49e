namespace LocalCloud.Streams.Limits;

/// <summary>
/// A token bucket that holds one period's amount. It starts full and refills evenly. Not thread-safe.
/// </summary>
internal struct RateBucket(double amount, TimeSpan period, DateTimeOffset now)
{
    private readonly double _amount = amount;
    private double _level = amount;
    private DateTimeOffset _at = now;

    /// <summary>Takes the amount if it is available.</summary>
    public bool TryTake(double requested, DateTimeOffset now)
    {
        Refill(now);
        if (_level < requested)
            return false;
        _level -= requested;
        return true;
    }

    /// <summary>Returns true if <see cref="TryTake"/> would succeed.</summary>
    public bool HasCapacityFor(double requested, DateTimeOffset now)
    {
        Refill(now);
        return _level >= requested;
    }

    private void Refill(DateTimeOffset now)
    {
        if (now <= _at)
            return;
        _level = Math.Min(_amount, _level + _amount * ((now - _at) / period));
        _at = now;
    }
}
