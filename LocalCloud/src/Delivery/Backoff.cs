namespace LocalCloud.Delivery;

/// <summary>Waits between attempts: doubling, bounded.</summary>
internal readonly struct Backoff(DeliveryOptions options)
{
    private readonly TimeSpan _first = TimeSpan.FromMilliseconds(options.FirstRetryMilliseconds);

    public TimeSpan Longest { get; } = TimeSpan.FromMilliseconds(options.LongestRetryMilliseconds);

    /// <param name="attempt">The attempt that failed, from 1.</param>
    public TimeSpan After(int attempt)
    {
        var wait = _first * Math.Pow(2, Math.Min(attempt - 1, 30));
        return wait < Longest ? wait : Longest;
    }
}
