using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Pos.Processor.EventSource;

/// <summary>The processor's HTTP side: what Lambda's web adapter calls, and how the event source mapping does.</summary>
internal static partial class EventsApi
{
    // Above the 6 MB that Lambda sends at most.
    private const long MaximumEventBytes = 8 * 1024 * 1024;

    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        app.MapPost("/events", PostEvents).WithMetadata(new RequestSizeLimitAttribute(MaximumEventBytes));
        app.MapGet("/status", GetStatus);
    }

    /// <summary>Lambda's Kinesis event in, <c>{"batchItemFailures":[{"itemIdentifier":"495…"}]}</c> out.</summary>
    internal static async Task<Ok<BatchResponse>> PostEvents(
        KinesisEvent kinesisEvent, BatchFunction function, ILogger<EventSourceMapping> logger, CancellationToken cancellationToken)
    {
        var response = await function(kinesisEvent.ToStreamRecords(), lease: null, cancellationToken);
        if (response.Cause is { } cause)
            LogFailed(logger, cause, kinesisEvent.Records[0].EventId, response.BatchItemFailures[0].ItemIdentifier);
        return TypedResults.Ok(response);
    }

    internal static Ok<ProcessorStatus> GetStatus([FromServices] EventSourceMapping? mapping) => TypedResults.Ok(ProcessorStatus.Of(mapping));

    [LoggerMessage(2030, LogLevel.Warning, "The batch at {EventId} failed from record {SequenceNumber} on")]
    private static partial void LogFailed(ILogger logger, Exception exception, string eventId, string sequenceNumber);
}

/// <param name="Mapping">Whether this process reads the stream itself.</param>
/// <param name="Failure">Why it cannot list shards or leases; null when it can.</param>
/// <param name="Shards">By id.</param>
internal sealed record ProcessorStatus(bool Mapping, string? Failure, IReadOnlyList<ShardReport> Shards)
{
    public static ProcessorStatus Of(EventSourceMapping? mapping)
    {
        if (mapping is null)
            return new(false, null, []);
        var here = mapping.Shards.ToDictionary(shard => shard.ShardId);
        return new(true, mapping.Failure,
        [
            .. mapping.Leases.Select(lease => here.TryGetValue(lease.ShardId, out var shard)
                ? new ShardReport(lease.ShardId, "here", shard.Checkpoint, shard.MillisBehindLatest, shard.Records, shard.Retries, shard.Failure)
                : new ShardReport(lease.ShardId,
                    lease.Checkpoint == Checkpoint.ShardEnd ? "ended" : lease.Owner is null ? "waiting" : "elsewhere",
                    lease.Checkpoint, null, 0, 0, null)),
        ]);
    }
}

/// <param name="ShardId">The shard.</param>
/// <param name="State"><c>here</c> (this process reads it), <c>elsewhere</c>, <c>waiting</c> (for its parents, or for a reader), <c>ended</c>.</param>
/// <param name="Checkpoint">Sequence number up to which all is done, or where it begins.</param>
/// <param name="MillisBehindLatest">How far the last read was behind the newest record.</param>
/// <param name="Records">Done by this process.</param>
/// <param name="Retries">Failed attempts of this process.</param>
/// <param name="Failure">What holds the shard; null when nothing does.</param>
internal sealed record ShardReport(
    string ShardId, string State, string Checkpoint, long? MillisBehindLatest, long Records, long Retries, string? Failure);
