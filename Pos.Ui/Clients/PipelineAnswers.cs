using System.Text.Json.Serialization;

namespace Pos.Ui.Clients;

/// <summary>What the ingest process has done since its start.</summary>
/// <param name="StartedAt">When that was.</param>
/// <param name="Purchases">Accepted; one that was posted twice counts twice.</param>
/// <param name="Lines">Of accepted purchases.</param>
/// <param name="LinesPerSecond">In the last seconds.</param>
/// <param name="Rejected">Purchases turned away.</param>
/// <param name="LastAcceptedAt">Null when none was.</param>
/// <param name="RecordsPerSecond">Stream records.</param>
/// <param name="CallsInFlight">PutRecords calls that are not answered yet.</param>
/// <param name="BytesWaiting">Of bodies being read or waiting for the stream.</param>
/// <param name="StreamFailure">Why the last call to the stream failed; null when it did not.</param>
public sealed record IngestStatus(
    DateTimeOffset StartedAt,
    long Purchases,
    long Lines,
    double LinesPerSecond,
    long Rejected,
    DateTimeOffset? LastAcceptedAt,
    double RecordsPerSecond,
    int CallsInFlight,
    long BytesWaiting,
    string? StreamFailure
);

/// <summary>How a processor reads the stream, and what it has done since its start.</summary>
/// <param name="Mapping">Whether it reads the stream itself; on AWS Lambda does.</param>
/// <param name="Failure">Why it cannot list shards or leases.</param>
/// <param name="StreamFailure">Why the stream cannot be reached; null when it can.</param>
/// <param name="LeaseTableFailure">Why the lease table cannot be reached; null when it can.</param>
/// <param name="Shards">Those of other processors too.</param>
/// <param name="StartedAt">When the process started.</param>
/// <param name="BatchesInFlight">Being written to the stores now.</param>
/// <param name="LinesPerSecond">In the last seconds, in all three stores.</param>
/// <param name="Sinks">lake, lookup, warehouse.</param>
public sealed record ProcessorStatus(
    bool Mapping,
    string? Failure,
    string? StreamFailure,
    string? LeaseTableFailure,
    IReadOnlyList<ShardStatus> Shards,
    DateTimeOffset StartedAt,
    int BatchesInFlight,
    double LinesPerSecond,
    IReadOnlyList<SinkStatus> Sinks
)
{
    public SinkStatus? Sink(string name) => Sinks.FirstOrDefault(sink => sink.Sink == name);
}

/// <param name="ShardId">The shard.</param>
/// <param name="State">here, elsewhere, waiting or ended.</param>
/// <param name="Owner">Who reads it; null when nobody does.</param>
/// <param name="Checkpoint">Sequence number up to which all is done.</param>
/// <param name="IteratorAgeMilliseconds">How far its reader is behind; null when nobody has told.</param>
/// <param name="LagRecords">Records that are not done; null when nobody has told.</param>
/// <param name="AsOf">When these were so.</param>
/// <param name="Records">Done by the process that was asked.</param>
/// <param name="Retries">Its attempts that failed.</param>
/// <param name="Failure">What holds the shard; null when nothing does.</param>
public sealed record ShardStatus(
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

/// <param name="Sink">lake, lookup or warehouse: the delivery to it.</param>
/// <param name="Lines">Written since the process's start; those of a batch that was repeated count again.</param>
/// <param name="LinesPerSecond">In the last seconds.</param>
/// <param name="LastWriteAt">Null when nothing was written.</param>
/// <param name="Failure">Why the last call failed; null when it did not.</param>
public sealed record SinkStatus(
    string Sink,
    long Lines,
    double LinesPerSecond,
    DateTimeOffset? LastWriteAt,
    string? Failure
);

/// <summary>Lake, lookup table and warehouse, compared line by line.</summary>
/// <param name="Clean">Whether every store holds the same lines, each once.</param>
/// <param name="Stores">What they hold, and in what they differ.</param>
/// <param name="UnderWay">What was on its way when they began to be read.</param>
public sealed record StoreComparison(bool Clean, ComparedStores Stores, UnderWay UnderWay);

/// <param name="Stores">lake, lookup, warehouse.</param>
/// <param name="LandedRows">Rows that the warehouse has loaded and not merged yet.</param>
/// <param name="DifferenceCount">All differences.</param>
/// <param name="Differences">The first of them.</param>
/// <param name="UnreadableCount">What in the stores is not what the processor writes.</param>
/// <param name="Unreadable">The first of it: where, and why.</param>
public sealed record ComparedStores(
    IReadOnlyList<StoreTotals> Stores,
    long LandedRows,
    long DifferenceCount,
    IReadOnlyList<LineDifference> Differences,
    long UnreadableCount,
    IReadOnlyList<string> Unreadable
);

/// <param name="Store">lake, lookup or warehouse.</param>
/// <param name="Purchases">Distinct ids.</param>
/// <param name="Lines">Each once.</param>
/// <param name="Units">Sum of quantities.</param>
/// <param name="Net">By currency.</param>
public sealed record StoreTotals(
    string Store,
    long Purchases,
    long Lines,
    long Units,
    IReadOnlyDictionary<string, decimal> Net
);

/// <param name="PurchaseId">Its purchase.</param>
/// <param name="Line">Its number.</param>
/// <param name="Kind">in_lake_only, not_in_warehouse, differing and so on.</param>
/// <param name="Fields">Where the stores that have the line differ.</param>
public sealed record LineDifference(string PurchaseId, int Line, string Kind, IReadOnlyList<FieldDifference> Fields);

public sealed record FieldDifference(string Field, string? Lake, string? Lookup, string? Warehouse);

/// <summary>What was accepted and in no store yet, or in quarantine. Null is what could not be asked.</summary>
public sealed record UnderWay(
    long? StreamRecords,
    long? OldestMilliseconds,
    int ShardsElsewhere,
    long? DeliveryBytes,
    long? QuarantineOpen,
    long? QuarantineDiscarded
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(IngestStatus))]
[JsonSerializable(typeof(ProcessorStatus))]
[JsonSerializable(typeof(StoreComparison))]
internal sealed partial class PipelineJson : JsonSerializerContext;
