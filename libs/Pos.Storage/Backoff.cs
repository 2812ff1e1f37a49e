namespace Pos.Storage;

/// <summary>
/// Waits that double up to a maximum. Each has jitter over its upper half, so that callers do not retry in step.
/// </summary>
internal sealed class Backoff(int firstMilliseconds, int maxMilliseconds, TimeProvider time)
{
    private int _waits;

    /// <summary>Starts again with the first wait.</summary>
    public void Reset() => _waits = 0;

    /// <summary>Waits, longer than the time before.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(
            Delay(
                TimeSpan.FromMilliseconds(firstMilliseconds),
                TimeSpan.FromMilliseconds(maxMilliseconds),
                _waits++,
                Random.Shared.NextDouble()
            ),
            time,
            cancellationToken
        );

    /// <summary>The wait after a number of earlier waits.</summary>
    /// <param name="jitter">0 to 1.</param>
    public static TimeSpan Delay(TimeSpan first, TimeSpan max, int waits, double jitter)
    {
        var bound = Math.Min(max.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, Math.Min(waits, 30)));
        return TimeSpan.FromMilliseconds(bound * (0.5 + jitter / 2));
    }
}
