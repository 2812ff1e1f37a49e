using Microsoft.AspNetCore.Http.HttpResults;
using Pos.Ingest.Purchases;
using Pos.Ingest.Stream;

namespace Pos.Ingest.Status;

/// <summary>
/// <c>GET /status</c>: what this process has taken and written since its start. For people; a health check is at
/// <c>/health</c>.
/// </summary>
internal static class StatusApi
{
    public static void MapStatus(this IEndpointRouteBuilder app) =>
        app.MapGet("/status", Get)
            .WithName("GetStatus")
            .WithTags("Status")
            .WithSummary("What this process has taken and written since its start");

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

/// <summary>Counts are of this process, since it started.</summary>
/// <param name="StartedAt">When that was.</param>
/// <param name="Purchases">Accepted: the stream has acknowledged them. One that was posted twice counts twice.</param>
/// <param name="PurchasesPerSecond">In the last five seconds, as all rates here.</param>
/// <param name="Lines">Of accepted purchases.</param>
/// <param name="LinesPerSecond">Of accepted purchases.</param>
/// <param name="Rejected">Purchases turned away, each with its reason.</param>
/// <param name="LastAcceptedAt">Null when none was.</param>
/// <param name="Records">Stream records that hold the purchases.</param>
/// <param name="RecordsPerSecond">Stream records.</param>
/// <param name="CallsInFlight">PutRecords calls that are not answered yet.</param>
/// <param name="BytesWaiting">Bytes of bodies being read or waiting for the stream.</param>
/// <param name="StreamFailure">Why the last call to the stream failed; null when it did not.</param>
internal sealed record IngestStatus(
    DateTimeOffset StartedAt,
    long Purchases,
    double PurchasesPerSecond,
    long Lines,
    double LinesPerSecond,
    long Rejected,
    DateTimeOffset? LastAcceptedAt,
    long Records,
    double RecordsPerSecond,
    int CallsInFlight,
    long BytesWaiting,
    string? StreamFailure
);
