namespace Pos.Contracts.Processor;

/// <summary>The stores, stream record and quarantine entries that have a purchase.</summary>
/// <param name="PurchaseId">The purchase's id.</param>
/// <param name="InLookupTable">True if the lookup table has the purchase.</param>
/// <param name="LakeObject">Key of the lake object with its newest version; null when none was found.</param>
/// <param name="InStream">The record with the purchase while it is in flight; null otherwise.</param>
/// <param name="Quarantined">Its quarantine entries in any state, newest first.</param>
/// <param name="Complete">False when stream or quarantine are too large to search completely.</param>
public sealed record PurchaseWhereabouts(
    string PurchaseId,
    bool InLookupTable,
    string? LakeObject,
    StreamLocation? InStream,
    IReadOnlyList<QuarantineSummary> Quarantined,
    bool Complete
);

/// <summary>A record in the stream.</summary>
/// <param name="ShardId">The record's shard.</param>
/// <param name="SequenceNumber">The record's sequence number.</param>
/// <param name="ArrivedAt">When the stream accepted the record.</param>
public sealed record StreamLocation(string ShardId, string SequenceNumber, DateTimeOffset ArrivedAt);
