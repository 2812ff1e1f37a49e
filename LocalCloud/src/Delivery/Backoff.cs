namespace LocalCloud.Delivery;

/// <summary>Computes the delay between attempts. It doubles up to a maximum.</summary>
internal readonly struct Backoff(DeliveryOptions options)
{
    private readonly TimeSpan _first = TimeSpan.FromMilliseconds(options.FirstRetryMilliseconds);

    public TimeSpan Max { get; } = TimeSpan.FromMilliseconds(options.MaxRetryMilliseconds);

    /// <summary>Returns the delay after a failed attempt. Attempts count from 1.</summary>
    public TimeSpan GetDelay(int attempt)
    {
        var wait = _first * Math.Pow(2, Math.Min(attempt - 1, 30));
        return wait < Max ? wait : Max;
    }
}
