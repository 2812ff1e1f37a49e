using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Processor.EventSource.Shards;

namespace Pos.Processor.EventSource.Batches;

/// <summary>Serves the endpoint that Lambda's web adapter calls.</summary>
internal static class EventsApi
{
    // Lambda sends at most 6 MB.
    private const long MaxEventBytes = 8 * 1024 * 1024;

    public static void MapEvents(this IEndpointRouteBuilder app) =>
        app.MapPost("/events", PostEvents).WithMetadata(new RequestSizeLimitAttribute(MaxEventBytes));

    /// <summary>
    /// Processes Lambda's Kinesis event and returns <c>{"batchItemFailures":[{"itemIdentifier":"495…"}]}</c>.
    /// </summary>
    internal static async Task<Ok<BatchResponse>> PostEvents(
        KinesisEvent kinesisEvent,
        IBatchHandler handler,
        FailingShards failing,
        CancellationToken cancellationToken
    )
    {
        var records = kinesisEvent.ToStreamRecords();
        var response = await handler.HandleAsync(records, lease: null, cancellationToken);
        if (records is not [])
            failing.Observe(records[0].ShardId, response);
        return TypedResults.Ok(response);
    }
}
