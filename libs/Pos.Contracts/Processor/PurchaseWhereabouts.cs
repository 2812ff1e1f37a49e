namespace Pos.Contracts.Processor;

/// <summary>Where a purchase is.</summary>
/// <param name="PurchaseId">The purchase's id.</param>
/// <param name="InLookupTable">Whether the lookup table has the purchase.</param>
/// <param name="LakeObject">Key of the lake object with its newest version; null when none was found.</param>
/// <param name="InStream">The record that has it while it is in flight; null otherwise.</param>
/// <param name="Quarantined">Its quarantine entries in any state, newest first.</param>
/// <param name="Complete">False when the stream or the quarantine has too much to search all of it.</param>
public sealed record PurchaseWhereabouts(
    string PurchaseId,
    bool InLookupTable,
    string? LakeObject,
    StreamPlace? InStream,
    IReadOnlyList<QuarantineSummary> Quarantined,
    bool Complete
);

/// <summary>A record in the stream.</summary>
/// <param name="ShardId">The record's shard.</param>
/// <param name="SequenceNumber">The record's sequence number.</param>
/// <param name="ArrivedAt">When the stream took the record.</param>
public sealed record StreamPlace(string ShardId, string SequenceNumber, DateTimeOffset ArrivedAt);
