namespace Pos.Contracts.Processor;

/// <summary>Describes how a processor reads the stream, with its counts since it started.</summary>
/// <param name="Mapping">True if this process reads the stream itself; on AWS Lambda does.</param>
/// <param name="Failure">Why it cannot list shards or leases; null when it can.</param>
/// <param name="StreamFailure">Why the stream is unavailable; null when it is available.</param>
/// <param name="LeaseTableFailure">Why the lease table is unavailable; null when it is available.</param>
/// <param name="Shards">All shards by id, including those that other processors read.</param>
/// <param name="StartedAt">When the process started. All values below count from then.</param>
/// <param name="BatchesInFlight">Batches that are being written to the stores now.</param>
/// <param name="Records">Stream records in all three stores or in quarantine.</param>
/// <param name="RecordsPerSecond">Mean of the last five seconds, like every rate here.</param>
/// <param name="Lines">Purchase lines in all three stores.</param>
/// <param name="LinesPerSecond">Purchase lines per second.</param>
/// <param name="Quarantined">Quarantine entries written.</param>
/// <param name="Sinks">Lake, lookup table and delivery to the warehouse.</param>
public sealed record ProcessorStatus(
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
    /// <summary>Returns the sink of that name, or null.</summary>
    public SinkReport? Sink(string name) => Sinks.FirstOrDefault(sink => sink.Sink == name);
}

/// <summary>Describes the progress of one shard.</summary>
/// <param name="ShardId">The shard's id.</param>
/// <param name="State">One of <see cref="ShardStates"/>.</param>
/// <param name="Owner">Machine, process and fencing token of the lease's owner; null when the lease is free.</param>
/// <param name="Checkpoint">Sequence number up to which every record is processed, or where processing starts.</param>
/// <param name="IteratorAgeMilliseconds">Age of the oldest unprocessed record; null when it is not known.</param>
/// <param name="LagRecords">Estimate of the unprocessed records; null when it is not known.</param>
/// <param name="AsOf">When age and lag were measured; null when they are not known.</param>
/// <param name="Records">Records that this process processed.</param>
/// <param name="Retries">Attempts of this process that failed.</param>
/// <param name="Failure">Why the shard does not advance; null when it does, or when another process reads it.</param>
public sealed record ShardReport(
    string ShardId,
    string State,
    string? Owner,
    string Checkpoint,
    long? IteratorAgeMilliseconds,
    long? LagRecords,
    DateTimeOffset? AsOf,
    long Records,
    long Retries,
    string? Failure
);

/// <summary>The closed list of a shard's states.</summary>
public static class ShardStates
{
    /// <summary>This process reads the shard.</summary>
    public const string Here = "here";

    /// <summary>Another process reads the shard.</summary>
    public const string Elsewhere = "elsewhere";

    /// <summary>The shard waits for its parents or for a reader.</summary>
    public const string Waiting = "waiting";

    /// <summary>The shard is closed and every record is processed.</summary>
    public const string Ended = "ended";
}

/// <summary>Writes to one store since the process started.</summary>
/// <param name="Sink"><c>lake</c>, <c>lookup</c> or <c>warehouse</c> (the delivery to it).</param>
/// <param name="Lines">Lines written. Lines of a repeated batch count again.</param>
/// <param name="LinesPerSecond">Mean of the last five seconds.</param>
/// <param name="LastWriteAt">Null when no line was written.</param>
/// <param name="Failure">Error of the last call; null when it succeeded.</param>
public sealed record SinkReport(
    string Sink,
    long Lines,
    double LinesPerSecond,
    DateTimeOffset? LastWriteAt,
    string? Failure
);
