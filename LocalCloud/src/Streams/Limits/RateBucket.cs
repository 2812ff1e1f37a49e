namespace LocalCloud.Streams.Limits;

/// <summary>A rate with a burst of one period: full at first, refilled evenly. One thread's at a time.</summary>
internal struct RateBucket(double amount, TimeSpan period, DateTimeOffset now)
{
    private readonly double _amount = amount;
    private double _level = amount;
    private DateTimeOffset _at = now;

    /// <summary>Takes the amount when it is there.</summary>
    public bool TryTake(double taken, DateTimeOffset now)
    {
        Refill(now);
        if (_level < taken)
            return false;
        _level -= taken;
        return true;
    }

    /// <summary>Whether <see cref="TryTake"/> would succeed.</summary>
    public bool Has(double wanted, DateTimeOffset now)
    {
        Refill(now);
        return _level >= wanted;
    }

    private void Refill(DateTimeOffset now)
    {
        if (now <= _at)
            return;
        _level = Math.Min(_amount, _level + _amount * ((now - _at) / period));
        _at = now;
    }
}
