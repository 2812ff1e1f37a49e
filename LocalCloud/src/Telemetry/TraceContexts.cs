using System.Diagnostics;

namespace LocalCloud.Telemetry;

/// <summary>
/// The sampled trace contexts of a batch's messages: each once, in order, at most <see cref="BatchTrace.MaxTraces"/>.
/// Allocates nothing as long as no message is sampled.
/// </summary>
internal struct TraceContexts
{
    private List<ActivityContext>? _contexts;

    /// <summary>What was added.</summary>
    public readonly IReadOnlyList<ActivityContext> Distinct => _contexts ?? (IReadOnlyList<ActivityContext>)[];

    /// <summary>Adds a context if it is sampled.</summary>
    public void Add(ActivityContext context)
    {
        if ((context.TraceFlags & ActivityTraceFlags.Recorded) == 0)
            return;
        _contexts ??= [];
        if (_contexts.Count < BatchTrace.MaxTraces && !_contexts.Contains(context))
            _contexts.Add(context);
    }

    /// <summary>Adds a message's <c>traceparent</c>; ignores null and malformed ones.</summary>
    public void Add(string? traceParent)
    {
        if (traceParent is not null)
            Add(Parse(traceParent));
    }

    /// <summary>The context that a <c>traceparent</c> names; the default for null and malformed ones.</summary>
    public static ActivityContext Parse(string? traceParent) =>
        traceParent is not null
        && ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context)
            ? context
            : default;
}
