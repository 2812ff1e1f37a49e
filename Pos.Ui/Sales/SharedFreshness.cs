using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.ServiceDefaults.Tracing;

namespace Pos.Ui.Sales;

/// <summary>How new the sales are: asked once for all visitors who follow them.</summary>
/// <param name="ask">Asks the service; ends by itself.</param>
/// <param name="time">The clock.</param>
public sealed class SharedFreshness(Func<CancellationToken, Task<Answer<SalesFreshness>>> ask, TimeProvider time)
{
    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private Task<Answer<SalesFreshness>>? _asked;
    private long _askedAt;

    /// <summary>An answer of the last seconds. One that failed is asked for again.</summary>
    public Task<Answer<SalesFreshness>> AskAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (
                _asked is null
                || (
                    _asked.IsCompleted
                    && (
                        time.GetElapsedTime(_askedAt) > s_age
                        || !_asked.IsCompletedSuccessfully
                        || _asked.Result.Failure is not null
                    )
                )
            )
            {
                using var untraced = NoTrace.Begin();
                // whoever leaves, others wait for it
                (_asked, _askedAt) = (ask(CancellationToken.None), time.GetTimestamp());
            }
            return _asked.WaitAsync(cancellationToken);
        }
    }
}
