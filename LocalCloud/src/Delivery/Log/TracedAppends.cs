using System.Diagnostics;
using LocalCloud.Telemetry;

namespace LocalCloud.Delivery.Log;

/// <summary>
/// Sampled traces of entries that are not delivered yet. In memory only: a crash costs a trace its end, and the log's
/// format does not know of traces. Thread-safe.
/// </summary>
internal sealed class TracedAppends
{
    /// <summary>Appends remembered while the warehouse is unavailable; later ones are left out.</summary>
    public const int MaxAppends = 1_000;

    private readonly Lock _lock = new();
    private readonly Queue<(ActivityContext Trace, long End)> _appends = new();

    /// <summary>Remembers a trace if it is sampled.</summary>
    /// <param name="trace">Trace of an append.</param>
    /// <param name="end">Log offset after its last entry; not less than that of the append before.</param>
    public void Add(ActivityContext trace, long end)
    {
        if ((trace.TraceFlags & ActivityTraceFlags.Recorded) == 0)
            return;
        lock (_lock)
            if (_appends.Count < MaxAppends)
                _appends.Enqueue((trace, end));
    }

    /// <summary>
    /// Takes the traces of the appends that begin a batch, up to its end. An append that two batches share belongs to
    /// the one with its last entry.
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
