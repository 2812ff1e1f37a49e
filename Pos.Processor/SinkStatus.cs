using Pos.Contracts.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.ServiceDefaults;

namespace Pos.Processor;

/// <summary>How writing to one of the stores goes, since the process's start.</summary>
/// <param name="store"><c>lake</c>, <c>lookup</c> or <c>warehouse</c>.</param>
/// <param name="metrics">Get each call's time and failure.</param>
/// <param name="time">The clock.</param>
internal sealed class SinkStatus(string store, StoreMetrics metrics, TimeProvider time)
{
    private readonly Throughput _lines = new(time);
    private volatile string? _failure;
    private long _lastWrite;

    /// <summary>
    /// Looks on while so many lines are written, or, if there are none, while the store is asked something.
    /// </summary>
    public async Task ObserveAsync(Task call, long lines, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            await call;
            Settled(lines, null, began);
        }
        catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
        {
            Settled(0, e, began);
            throw;
        }
    }

    /// <summary>So many lines were written, before the failure if there is one.</summary>
    /// <param name="lines">How many.</param>
    /// <param name="failure">Null when there was none.</param>
    /// <param name="began">Timestamp of the call's begin.</param>
    public void Settled(long lines, Exception? failure, long began)
    {
        metrics.Called(store, time.GetElapsedTime(began));
        if (failure is not null)
            metrics.Failed(store, failure);
        _failure = failure is null ? null : $"{failure.GetType().Name}: {failure.Message}";
        if (lines == 0)
            return;
        _lines.Add(lines);
        Interlocked.Exchange(ref _lastWrite, time.GetUtcNow().UtcTicks);
    }

    public SinkReport Report() =>
        new(
            store,
            _lines.Total,
            _lines.PerSecond,
            Interlocked.Read(ref _lastWrite) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
            _failure
        );
}
