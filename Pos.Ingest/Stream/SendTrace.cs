using System.Diagnostics;
using Pos.ServiceDefaults.Tracing;
using static Pos.ServiceDefaults.Tracing.SpanTags;

namespace Pos.Ingest.Stream;

/// <summary>Starts the span of a PutRecords call in the traces of the requests whose purchases it sends.</summary>
internal static class SendTrace
{
    private const string PutRecords = "PutRecords";
    private static readonly ActivitySource s_source = new("Pos.Ingest");

    /// <summary>Returns null when no request is sampled.</summary>
    public static BatchTrace? Start(string stream, IReadOnlyList<StreamRecord> flush)
    {
        if (!s_source.HasListeners())
            return null;
        var requests = new TraceContexts();
        PendingRequest? last = null;
        foreach (var record in flush)
        foreach (var purchase in record.Purchases)
        {
            if (purchase.Request == last)
                continue;
            last = purchase.Request;
            requests.Add(last.Trace);
        }
        if (requests.Distinct is [])
            return null;
        var name = $"send {stream}";
        var trace = BatchTrace.Start(s_source, name, name, ActivityKind.Producer, requests.Distinct);
        trace
            ?.Batch.SetCall("Kinesis", PutRecords)
            .SetTag(MessagingSystem, SpanTags.Kinesis)
            .SetTag(OperationName, PutRecords)
            .SetTag(OperationType, "send")
            .SetTag(Destination, stream)
            .SetTag(KinesisStream, stream)
            .SetTag(MessageCount, flush.Count)
            .SetTag(PurchaseCount, flush.Sum(record => record.Purchases.Count));
        if (trace is not null && flush is [var only])
            trace.Batch.SetTag(Partition, only.ShardId);
        return trace;
    }
}
