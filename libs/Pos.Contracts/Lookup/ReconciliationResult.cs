namespace Pos.Contracts.Lookup;

/// <summary>The answer of <c>GET /reconciliation</c> and <c>pos reconcile --json</c>.</summary>
/// <param name="Clean">True if every store has the same lines, each exactly once.</param>
/// <param name="Stores">Totals and differences of the stores.</param>
/// <param name="InFlight">Purchases that were in flight or in quarantine when reading the stores began.</param>
public sealed record ReconciliationResult(bool Clean, ReconciliationReport Stores, InFlight InFlight)
{
    /// <summary>The former name of <see cref="InFlight"/>, until the next release.</summary>
    public InFlight UnderWay => InFlight;

    /// <summary>Creates the answer for a report.</summary>
    public static ReconciliationResult From(ReconciliationReport report, InFlight inFlight) =>
        new(report.IsClean, report, inFlight);
}

/// <summary>
/// Accepted purchases that are not in every store: in flight or in quarantine. A value is null when its source is
/// unavailable.
/// </summary>
/// <param name="StreamRecords">Stream records that are not processed yet.</param>
/// <param name="OldestMilliseconds">Age of the oldest of them.</param>
/// <param name="ShardsElsewhere">Shards that another process reads; the values above do not cover them.</param>
/// <param name="DeliveryBytes">Bytes that the delivery stream has and the warehouse lacks.</param>
/// <param name="QuarantineOpen">Quarantine entries that wait for a decision.</param>
/// <param name="QuarantineDiscarded">Discarded quarantine entries.</param>
public sealed record InFlight(
    long? StreamRecords,
    long? OldestMilliseconds,
    int ShardsElsewhere,
    long? DeliveryBytes,
    long? QuarantineOpen,
    long? QuarantineDiscarded
);
