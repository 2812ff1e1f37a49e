using System.Diagnostics;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage.LookupTable;

namespace Pos.Processor.LookupTable;

/// <summary>
/// Traces the update of one purchase in that purchase's own trace. Updates of unsampled purchases are not traced,
/// because a batch can have thousands.
/// </summary>
internal readonly struct UpdateTrace : IDisposable
{
    private readonly Activity? _outer;
    private readonly Activity? _span;

    private UpdateTrace(Activity? outer, Activity? span) => (_outer, _span) = (outer, span);

    public static UpdateTrace Start(BatchTrace? trace, string table, PurchaseUpdate update)
    {
        if (trace is null)
            return default;
        var outer = Activity.Current;
        if (SampledSpan(trace, update) is not { } purchase)
        {
            NoTrace.Begin();
            return new(outer, null);
        }
        Activity.Current = purchase;
        var span = ProcessTrace.Source.StartDynamoDB("UpdateItem", table);
        span?.SetTag(SpanTags.PurchaseId, update.PurchaseId).SetTag(SpanTags.LineCount, update.Lines.Count);
        return new(outer, span);
    }

    public void SetFailure(Exception error) => _span.SetFailure(error);

    public void Dispose()
    {
        if (_outer is null)
            return;
        _span?.Dispose();
        Activity.Current = _outer;
    }

    private static Activity? SampledSpan(BatchTrace trace, PurchaseUpdate update)
    {
        foreach (var post in update.Posts)
            if (
                post.Accepted.TraceParent is { } traceParent
                && trace.SpanOf(TraceContexts.Parse(traceParent)) is { } span
            )
                return span;
        return null;
    }
}
