using System.Diagnostics;
using Pos.Processor.EventSource;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;
using static Pos.ServiceDefaults.Tracing.SpanTags;

namespace Pos.Processor;

/// <summary>Starts the spans of a batch in the traces of its purchases.</summary>
internal static class ProcessTrace
{
    /// <summary>Source of the spans of the processor and of its calls to the stores.</summary>
    public static readonly ActivitySource Source = new("Pos.Processor");

    /// <summary>Returns null when no purchase is sampled.</summary>
    public static BatchTrace? Start(string stream, IReadOnlyList<StreamRecord> batch, DecodedBatch decoded)
    {
        if (!Source.HasListeners())
            return null;
        var purchases = new TraceContexts();
        foreach (var version in decoded.Versions)
            purchases.Add(version.Accepted.TraceParent);
        if (purchases.Distinct is [])
            return null;
        var trace = BatchTrace.Start(
            Source,
            $"process {stream}",
            "process purchase",
            ActivityKind.Consumer,
            purchases.Distinct
        );
        trace
            ?.Batch.SetTag(MessagingSystem, Kinesis)
            .SetTag(OperationName, "process")
            .SetTag(OperationType, "process")
            .SetTag(Destination, stream)
            .SetTag(KinesisStream, stream)
            .SetTag(Partition, batch[0].ShardId)
            .SetTag(MessageCount, batch.Count)
            .SetTag(PurchaseCount, decoded.Versions.Count);
        if (trace is not null && batch is [var only])
            trace.Batch.SetTag(MessageId, only.SequenceNumber);
        return trace;
    }
}
