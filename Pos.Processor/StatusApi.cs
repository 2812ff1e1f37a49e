using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Contracts.Processor;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;

namespace Pos.Processor;

/// <summary>
/// Serves <c>GET /status</c>: the state of the event source mapping, and this process's totals since its start. Meant
/// for people; the health check is <c>/health</c>.
/// </summary>
internal static class StatusApi
{
    public static void MapStatus(this IEndpointRouteBuilder app) => app.MapGet("/status", GetStatus);

    internal static Ok<ProcessorStatus> GetStatus(
        [FromServices] EventSourceMapping? mapping,
        ProcessorMetrics metrics,
        TimeProvider time
    ) => TypedResults.Ok(CreateStatus(mapping, metrics, time.GetUtcNow()));

    internal static ProcessorStatus CreateStatus(
        EventSourceMapping? mapping,
        ProcessorMetrics metrics,
        DateTimeOffset now
    ) =>
        new(
            mapping is not null,
            mapping?.Failure,
            mapping?.StreamFailure,
            mapping?.LeaseTableFailure,
            ShardReports.From(mapping, now),
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
