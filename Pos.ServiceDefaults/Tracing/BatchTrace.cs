using System.Diagnostics;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>
/// Traces a batch of messages from several traces. The batch's span continues the first message's trace and links to
/// the other ones. Each other trace gets a span that links to the batch. All spans end together.
/// </summary>
public sealed class BatchTrace : IDisposable
{
    /// <summary>Maximum number of traces that a batch continues or links to. Further ones are left out.</summary>
    public const int MaxTraces = 32;

    private readonly Activity? _outer;
    private readonly Dictionary<ActivityContext, Activity> _spans;

    private BatchTrace(Activity batch, Dictionary<ActivityContext, Activity> spans, Activity? outer) =>
        (Batch, _spans, _outer) = (batch, spans, outer);

    /// <summary>Span of the batch, which is the current activity until this object is disposed.</summary>
    public Activity Batch { get; }

    /// <summary>Starts the spans.</summary>
    /// <param name="source">Source of the spans.</param>
    /// <param name="name">Name of the batch's span.</param>
    /// <param name="memberName">Name of the spans in the other traces.</param>
    /// <param name="kind">Kind of all spans.</param>
    /// <param name="members">Sampled contexts of the messages; see <see cref="TraceContexts"/>.</param>
    /// <returns>Null if no message is sampled, or if no listener records the source.</returns>
    public static BatchTrace? Start(
        ActivitySource source,
        string name,
        string memberName,
        ActivityKind kind,
        IReadOnlyList<ActivityContext> members
    )
    {
        if (members is [] || !source.HasListeners())
            return null;
        var outer = Activity.Current;
        var links = members.Skip(1).Select(member => new ActivityLink(member));
        if (source.StartActivity(name, kind, members[0], links: links) is not { } batch)
            return null;
        var spans = new Dictionary<ActivityContext, Activity> { [members[0]] = batch };
        foreach (var member in members.Skip(1))
            if (source.StartActivity(memberName, kind, member, links: [new(batch.Context)]) is { } span)
                spans.Add(member, span);
        Activity.Current = batch;
        return new(batch, spans, outer);
    }

    /// <summary>
    /// Returns the span of a message in its own trace, or null if the message is not sampled or was left out.
    /// </summary>
    public Activity? SpanOf(ActivityContext member) => _spans.GetValueOrDefault(member);

    /// <summary>Marks all spans as failed.</summary>
    public void SetFailure(Exception error)
    {
        foreach (var span in _spans.Values)
            span.SetFailure(error);
    }

    /// <summary>Ends the spans.</summary>
    public void Dispose()
    {
        foreach (var span in _spans.Values)
            span.Dispose();
        Activity.Current = _outer;
    }
}
