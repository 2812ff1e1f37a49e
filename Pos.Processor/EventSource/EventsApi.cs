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
        KinesisEvent kinesisEvent, BatchFunction function, FailingShards failing, CancellationToken cancellationToken)
    {
        var records = kinesisEvent.ToStreamRecords();
        var response = await function(records, lease: null, cancellationToken);
        if (records is not [])
            failing.Observe(records[0].ShardId, response);
        return TypedResults.Ok(response);
    }

    internal static Ok<ProcessorStatus> GetStatus([FromServices] EventSourceMapping? mapping, TimeProvider time) =>
        TypedResults.Ok(ProcessorStatus.Of(mapping, time.GetUtcNow()));
}

/// <param name="Mapping">Whether this process reads the stream itself.</param>
/// <param name="Failure">Why it cannot list shards or leases; null when it can.</param>
/// <param name="StreamFailure">Why the stream cannot be reached; null when it can.</param>
/// <param name="LeaseTableFailure">Why the lease table cannot be reached; null when it can.</param>
/// <param name="Shards">By id, those of other processors too, as the lease table had them last.</param>
internal sealed record ProcessorStatus(bool Mapping, string? Failure, string? StreamFailure, string? LeaseTableFailure, IReadOnlyList<ShardReport> Shards)
{
    public static ProcessorStatus Of(EventSourceMapping? mapping, DateTimeOffset now)
    {
        if (mapping is null)
            return new(false, null, null, null, []);
        var here = mapping.Shards.ToDictionary(shard => shard.ShardId);
        return new(true, mapping.Failure, mapping.StreamFailure, mapping.LeaseTableFailure,
        [
            .. mapping.Leases.Select(lease => here.TryGetValue(lease.ShardId, out var shard)
                ? new ShardReport(lease.ShardId, "here", lease.Owner, shard.Checkpoint,
                    shard.IteratorAgeMilliseconds(now), shard.LagRecords, shard.Records, shard.Retries, shard.Failure)
                : new ShardReport(lease.ShardId,
                    lease.Checkpoint == Checkpoint.ShardEnd ? "ended" : lease.Owner is null ? "waiting" : "elsewhere",
                    lease.Owner, lease.Checkpoint, null, null, 0, 0, null)),
        ]);
    }
}

/// <param name="ShardId">The shard.</param>
/// <param name="State"><c>here</c> (this process reads it), <c>elsewhere</c>, <c>waiting</c> (for its parents, or for a reader), <c>ended</c>.</param>
/// <param name="Owner">Machine, process and taking of who has the lease, as the lease table had it last; null when nobody has.</param>
/// <param name="Checkpoint">Sequence number up to which all is done, or where it begins.</param>
/// <param name="IteratorAgeMilliseconds">See <see cref="ShardStatus.IteratorAgeMilliseconds"/>; known here only.</param>
/// <param name="LagRecords">See <see cref="ShardStatus.LagRecords"/>; known here only.</param>
/// <param name="Records">Done by this process.</param>
/// <param name="Retries">Failed attempts of this process.</param>
/// <param name="Failure">What holds the shard; null when nothing does.</param>
internal sealed record ShardReport(
    string ShardId, string State, string? Owner, string Checkpoint,
    long? IteratorAgeMilliseconds, long? LagRecords, long Records, long Retries, string? Failure);
