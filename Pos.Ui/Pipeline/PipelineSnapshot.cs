using Pos.Contracts.Http;
using Pos.Contracts.Ingest;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;

namespace Pos.Ui.Pipeline;

/// <summary>The services' newest answers; null where a service has not been heard yet.</summary>
/// <param name="At">When they were gathered.</param>
/// <param name="Ingest">What is accepted.</param>
/// <param name="Processor">What is processed.</param>
/// <param name="Warehouse">What has arrived in the warehouse.</param>
/// <param name="Quarantine">What was put aside.</param>
/// <param name="UndeliveredSince">When the oldest lines were given to the delivery that no load can have brought yet;
/// null when there are none.</param>
public sealed record PipelineSnapshot(
    DateTimeOffset At,
    Answer<IngestStatus>? Ingest,
    Answer<ProcessorStatus>? Processor,
    Answer<SalesFreshness>? Warehouse,
    Answer<QuarantineCounts>? Quarantine,
    DateTimeOffset? UndeliveredSince = null
)
{
    /// <summary>Whether every service was heard, or given up.</summary>
    public bool IsWhole => this is { Ingest: not null, Processor: not null, Warehouse: not null, Quarantine: not null };

    /// <summary>
    /// The same, with the age of what the delivery holds, as far as the snapshots since tell it: nobody else knows on
    /// every backend.
    /// </summary>
    public PipelineSnapshot After(PipelineSnapshot? before)
    {
        if (
            Processor?.Value?.Sink("warehouse")?.LastWriteAt is not { } written
            || Warehouse?.Value is not { } warehouse
        )
            return this;
        if (warehouse.NewestLoadAt >= written)
            return this with { UndeliveredSince = null };
        return this with
        {
            UndeliveredSince =
                before?.UndeliveredSince is { } since && !(since <= warehouse.NewestLoadAt) ? since : written,
        };
    }
}
