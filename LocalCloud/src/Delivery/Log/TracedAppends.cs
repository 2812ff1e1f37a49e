using System.Diagnostics;
using LocalCloud.Telemetry;

namespace LocalCloud.Delivery.Log;

/// <summary>
/// Sampled traces of undelivered entries. They are in memory only, not in the log, so a crash leaves traces without
/// their end. Thread-safe.
/// </summary>
internal sealed class TracedAppends
{
    /// <summary>Maximum number of appends to keep while the warehouse is unavailable. Later ones are ignored.</summary>
    public const int MaxAppends = 1_000;

    private readonly Lock _lock = new();
    private readonly Queue<(ActivityContext Trace, long End)> _appends = new();

    /// <summary>Keeps a trace if it is sampled.</summary>
    /// <param name="trace">Trace of an append.</param>
    /// <param name="end">Log offset after the append's last entry, not less than that of the previous append.</param>
    public void Add(ActivityContext trace, long end)
    {
        if ((trace.TraceFlags & ActivityTraceFlags.Recorded) == 0)
            return;
        lock (_lock)
            if (_appends.Count < MaxAppends)
                _appends.Enqueue((trace, end));
    }

    /// <summary>
    /// Removes and returns the traces of the appends up to the end of a batch. An append that two batches share belongs
    /// to the one with its last entry.
    /// </summary>
    public IReadOnlyList<ActivityContext> TakeUpTo(long end)
    {
        var traces = new TraceContexts();
        lock (_lock)
            while (_appends.TryPeek(out var append) && append.End <= end)
            {
                traces.Add(append.Trace);
                _appends.Dequeue();
            }
        return traces.Distinct;
    }
}
