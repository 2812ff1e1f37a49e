using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Processor.EventSource;

namespace Pos.Processor;

/// <summary>
/// <c>GET /status</c>: how the event source mapping goes, and what this process has done since its start. For people; a
/// health check is at <c>/health</c>.
/// </summary>
internal static class StatusApi
{
    public static void MapStatus(this IEndpointRouteBuilder app) => app.MapGet("/status", GetStatus);

    internal static Ok<ProcessorStatus> GetStatus(
        [FromServices] EventSourceMapping? mapping,
        ProcessorMetrics metrics,
        TimeProvider time
    ) => TypedResults.Ok(ProcessorStatus.Of(mapping, metrics, time.GetUtcNow()));
}

/// <param name="Mapping">Whether this process reads the stream itself.</param>
/// <param name="Failure">Why it cannot list shards or leases; null when it can.</param>
/// <param name="StreamFailure">Why the stream cannot be reached; null when it can.</param>
/// <param name="LeaseTableFailure">Why the lease table cannot be reached; null when it can.</param>
/// <param name="Shards">By id, those of other processors too, as the lease table had them last.</param>
/// <param name="StartedAt">When this process started. All that follows is of it alone, and since then.</param>
/// <param name="BatchesInFlight">Batches that are being written to the stores now.</param>
/// <param name="Records">Stream records in all three stores or in quarantine.</param>
/// <param name="RecordsPerSecond">In the last five seconds, as all rates here.</param>
/// <param name="Lines">Purchase lines in all three stores.</param>
/// <param name="LinesPerSecond">Purchase lines.</param>
/// <param name="Quarantined">Quarantine entries written.</param>
/// <param name="Sinks">Lake, lookup table, delivery to the warehouse.</param>
internal sealed record ProcessorStatus(
    bool Mapping,
    string? Failure,
    string? StreamFailure,
    string? LeaseTableFailure,
    IReadOnlyList<ShardReport> Shards,
    DateTimeOffset StartedAt,
    int BatchesInFlight,
    long Records,
    double RecordsPerSecond,
    long Lines,
    double LinesPerSecond,
    long Quarantined,
    IReadOnlyList<SinkReport> Sinks
)
{
    public static ProcessorStatus Of(EventSourceMapping? mapping, ProcessorMetrics metrics, DateTimeOffset now) =>
        new(
            mapping is not null,
            mapping?.Failure,
            mapping?.StreamFailure,
            mapping?.LeaseTableFailure,
            ShardReport.Of(mapping, now),
            metrics.StartedAt,
            metrics.BatchesInFlight,
            metrics.Records.Total,
            metrics.Records.PerSecond,
            metrics.Lines.Total,
            metrics.Lines.PerSecond,
            metrics.QuarantinedEntries.Total,
            [metrics.Lake.Report(), metrics.LookupTable.Report(), metrics.Warehouse.Report()]
        );
}
