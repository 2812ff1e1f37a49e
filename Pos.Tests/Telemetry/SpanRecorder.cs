using System.Collections.Concurrent;
using System.Diagnostics;

namespace Pos.Tests.Telemetry;

/// <summary>Records the spans of one activity source in this process if their parents are sampled.</summary>
internal sealed class SpanRecorder : IDisposable
{
    private readonly ConcurrentQueue<Activity> _stopped = new();
    private readonly ActivityListener _listener;

    public SpanRecorder(string source)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = candidate => candidate.Name == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> request) =>
                request.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Returns the ended spans of these traces.</summary>
    public IReadOnlyList<Activity> Find(params IEnumerable<ActivityContext> traces) =>
        [.. _stopped.Where(span => traces.Any(trace => trace.TraceId == span.TraceId))];

    public static ActivityContext NewTrace() =>
        new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);

    public static string TraceParent(ActivityContext trace) => $"00-{trace.TraceId}-{trace.SpanId}-01";

    public void Dispose() => _listener.Dispose();
}
