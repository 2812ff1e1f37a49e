using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Pos.Processor.EventSource.Shards;

namespace Pos.Processor.EventSource.Batches;

/// <summary>What Lambda's web adapter calls.</summary>
internal static class EventsApi
{
    // Above the 6 MB that Lambda sends at most.
    private const long MaximumEventBytes = 8 * 1024 * 1024;

    public static void MapEvents(this IEndpointRouteBuilder app) =>
        app.MapPost("/events", PostEvents).WithMetadata(new RequestSizeLimitAttribute(MaximumEventBytes));

    /// <summary>Lambda's Kinesis event in, <c>{"batchItemFailures":[{"itemIdentifier":"495…"}]}</c> out.</summary>
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
