using Pos.Contracts.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.ServiceDefaults;

namespace Pos.Processor;

/// <summary>How writing to one of the stores goes, since the process's start.</summary>
internal sealed class SinkStatus(TimeProvider time)
{
    private readonly Throughput _lines = new(time);
    private volatile string? _failure;
    private long _lastWrite;

    /// <summary>
    /// Looks on while so many lines are written, or, if there are none, while the store is asked something.
    /// </summary>
    public async Task ObserveAsync(Task call, long lines, CancellationToken cancellationToken)
    {
        try
        {
            await call;
            Settled(lines, null);
        }
        catch (Exception e) when (e is not LeaseLostException && !cancellationToken.IsCancellationRequested)
        {
            Settled(0, e);
            throw;
        }
    }

    /// <summary>So many lines were written, before the failure if there is one.</summary>
    public void Settled(long lines, Exception? failure)
    {
        _failure = failure is null ? null : $"{failure.GetType().Name}: {failure.Message}";
        if (lines == 0)
            return;
        _lines.Add(lines);
        Interlocked.Exchange(ref _lastWrite, time.GetUtcNow().UtcTicks);
    }

    public SinkReport Report(string sink) =>
        new(
            sink,
            _lines.Total,
            _lines.PerSecond,
            Interlocked.Read(ref _lastWrite) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
            _failure
        );
}
