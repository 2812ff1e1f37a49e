using Pos.Contracts.Http;

namespace Pos.Ui.Pipeline;

/// <summary>One question that is asked again and again, and never twice at a time.</summary>
internal sealed class Question<T>(Func<CancellationToken, Task<Answer<T>>> ask, TimeSpan interval, TimeProvider time)
    where T : class
{
    // A tick that comes a little early is not to leave the question out.
    private static readonly TimeSpan s_early = TimeSpan.FromMilliseconds(200);

    private Task<Answer<T>>? _asked;
    private long? _askedAt;

    /// <summary>Null until the first answer.</summary>
    public Answer<T>? Newest { get; private set; }

    /// <summary>Asks if it is time to, and returns when the answer is there, or the patience at its end.</summary>
    public async Task AskAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_asked is null && (_askedAt is not { } last || time.GetElapsedTime(last) >= interval - s_early))
            (_asked, _askedAt) = (ask(cancellationToken), time.GetTimestamp());
        if (_asked is not { } asked)
            return;
        try
        {
            Newest = await asked.WaitAsync(patience, time, cancellationToken);
            _asked = null;
        }
        catch (TimeoutException)
        {
            // The next tick looks again.
        }
    }
}
