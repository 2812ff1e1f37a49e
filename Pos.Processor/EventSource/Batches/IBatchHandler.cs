using Pos.Processor.EventSource.Leases;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.EventSource.Batches;

/// <summary>
/// The function that an event source mapping calls: <see cref="PurchaseBatchHandler"/>, or a test's script.
/// </summary>
internal interface IBatchHandler
{
    /// <summary>Processes a batch.</summary>
    /// <param name="lease">Null when the caller itself makes sure that a shard has one invocation at a time, as Lambda
    /// does.</param>
    Task<BatchResponse> HandleAsync(
        IReadOnlyList<StreamRecord> batch,
        HeldLease? lease,
        CancellationToken cancellationToken
    );

    /// <summary>The mapping's on-failure destination: takes each record that is given up, whole.</summary>
    Task DiscardAsync(
        StreamRecord record,
        QuarantineReason reason,
        HeldLease? lease,
        CancellationToken cancellationToken
    );
}
