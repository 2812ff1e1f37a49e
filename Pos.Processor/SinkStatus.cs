using Pos.Contracts.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.ServiceDefaults;

namespace Pos.Processor;

/// <summary>Records how writes to one store went since the process started.</summary>
/// <param name="store"><c>lake</c>, <c>lookup</c> or <c>warehouse</c>.</param>
/// <param name="metrics">Receive the duration and failure of each call.</param>
/// <param name="time">Measures durations.</param>
internal sealed class SinkStatus(string store, StoreMetrics metrics, TimeProvider time)
{
    private readonly Throughput _lines = new(time);
    private volatile string? _failure;
    private long _lastWrite;

    /// <summary>Awaits a call and records its outcome.</summary>
    /// <param name="call">The call to the store.</param>
    /// <param name="lines">Purchase lines that the call writes; 0 if it only reads.</param>
    /// <param name="cancellationToken">A failure after cancellation is not recorded.</param>
    public async Task ObserveAsync(Task call, long lines, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        try
        {
            await call;
            RecordCall(lines, null, began);
        }
        catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
        {
            RecordCall(0, e, began);
            throw;
        }
    }

    /// <summary>Records a finished call.</summary>
    /// <param name="lines">Purchase lines written, up to the failure if there was one.</param>
    /// <param name="failure">Null if the call succeeded.</param>
    /// <param name="began">Timestamp of the start of the call.</param>
    public void RecordCall(long lines, Exception? failure, long began)
    {
        metrics.AddCall(store, time.GetElapsedTime(began));
        if (failure is not null)
            metrics.AddFailure(store, failure);
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
