namespace Pos.Contracts.Ingest;

/// <summary>Contains the counts of one ingest process since it started.</summary>
/// <param name="StartedAt">When the process started.</param>
/// <param name="Purchases">Purchases that the stream acknowledged. A purchase posted twice counts twice.</param>
/// <param name="PurchasesPerSecond">Mean of the last five seconds, like every rate here.</param>
/// <param name="Lines">Lines of accepted purchases.</param>
/// <param name="LinesPerSecond">Lines of accepted purchases per second.</param>
/// <param name="Rejected">Purchases rejected with a reason.</param>
/// <param name="LastAcceptedAt">Null when no purchase was accepted.</param>
/// <param name="Records">Stream records that contain the purchases.</param>
/// <param name="RecordsPerSecond">Stream records per second.</param>
/// <param name="CallsInFlight">PutRecords calls that wait for a response.</param>
/// <param name="BytesWaiting">Bytes of request bodies that are being read or are queued for the stream.</param>
/// <param name="StreamFailure">Error of the last call to the stream; null when it succeeded.</param>
public sealed record IngestStatus(
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
