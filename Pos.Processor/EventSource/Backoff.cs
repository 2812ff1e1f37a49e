namespace Pos.Processor.EventSource;

/// <summary>
/// Waits that double up to a bound, each with full jitter over its upper half, so that shards do not retry in step.
/// </summary>
internal sealed class Backoff(int firstMilliseconds, int maximumMilliseconds, TimeProvider time)
{
    private int _waits;

    public void Reset() => _waits = 0;

    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var bound = Math.Min(maximumMilliseconds, firstMilliseconds * Math.Pow(2, Math.Min(_waits++, 30)));
        await Task.Delay(
            TimeSpan.FromMilliseconds(bound / 2 + Random.Shared.NextDouble() * bound / 2),
            time,
            cancellationToken
        );
    }
}
