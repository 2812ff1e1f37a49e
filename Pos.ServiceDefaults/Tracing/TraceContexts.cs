using System.Diagnostics;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>
/// Collects the distinct sampled trace contexts of a batch's messages, in order, up to
/// <see cref="BatchTrace.MaxTraces"/>. Allocates nothing as long as no message is sampled.
/// </summary>
public struct TraceContexts
{
    private List<ActivityContext>? _contexts;

    /// <summary>The collected contexts.</summary>
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

    /// <summary>Adds a message's <c>traceparent</c>. Ignores null and malformed values.</summary>
    public void Add(string? traceParent)
    {
        if (traceParent is not null)
            Add(Parse(traceParent));
    }

    /// <summary>Parses a <c>traceparent</c>. Returns the default context for null and malformed values.</summary>
    public static ActivityContext Parse(string? traceParent) =>
        traceParent is not null
        && ActivityContext.TryParse(traceParent, traceState: null, isRemote: true, out var context)
            ? context
            : default;
}
