using Microsoft.AspNetCore.Http.HttpResults;
using Pos.Contracts.Ingest;
using Pos.Ingest.Purchases;
using Pos.Ingest.Stream;

namespace Pos.Ingest.Status;

/// <summary>
/// Serves <c>GET /status</c>: the totals of this process since its start. Meant for people; the health check is
/// <c>/health</c>.
/// </summary>
internal static class StatusApi
{
    public static void MapStatus(this IEndpointRouteBuilder app) =>
        app.MapGet("/status", Get)
            .WithName("GetStatus")
            .WithTags("Status")
            .WithSummary("Purchases accepted and records written by this process since its start");

    internal static Ok<IngestStatus> Get(
        PurchaseMetrics purchases,
        StreamMetrics stream,
        PurchaseStream writer,
        ByteBudget budget
    ) =>
        TypedResults.Ok(
            new IngestStatus(
                purchases.StartedAt,
                purchases.Accepted.Total,
                purchases.Accepted.PerSecond,
                purchases.Lines.Total,
                purchases.Lines.PerSecond,
                purchases.Rejected.Total,
                purchases.LastAcceptedAt,
                stream.Records.Total,
                stream.Records.PerSecond,
                writer.CallsInFlight,
                budget.Taken,
                writer.Outage
            )
        );
}
