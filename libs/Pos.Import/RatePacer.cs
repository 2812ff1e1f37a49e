namespace Pos.Import;

/// <summary>Spreads lines evenly over time.</summary>
/// <param name="linesPerSecond">0 for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class RatePacer(double linesPerSecond, TimeProvider time)
{
    private DateTimeOffset _due = time.GetUtcNow();

    /// <summary>Waits until that many lines may go. One caller at a time.</summary>
    public async ValueTask WaitAsync(int lines, CancellationToken cancellationToken)
    {
        if (linesPerSecond <= 0)
            return;
        var now = time.GetUtcNow();
        if (_due > now)
            await Task.Delay(_due - now, time, cancellationToken);
        // What a slow target held up is not made up for by a burst.
        _due = (_due > now ? _due : now) + TimeSpan.FromSeconds(lines / linesPerSecond);
    }
}
