using Pos.Processor.EventSource.Leases;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Processor.EventSource.Batches;

/// <summary>
/// The function that an event source mapping calls. Implemented by <see cref="PurchaseBatchHandler"/>, and by scripts
/// in tests.
/// </summary>
internal interface IBatchHandler
{
    /// <summary>Processes a batch.</summary>
    /// <param name="batch">Consecutive records of one shard or lane.</param>
    /// <param name="lease">Null when the caller itself runs only one invocation per shard at a time, as Lambda
    /// does.</param>
    /// <param name="cancellationToken">Aborts the batch; it will be delivered again.</param>
    Task<BatchResponse> HandleAsync(
        IReadOnlyList<StreamRecord> batch,
        HeldLease? lease,
        CancellationToken cancellationToken
    );

    /// <summary>Receives each discarded record whole, as the mapping's on-failure destination.</summary>
    Task DiscardAsync(
        StreamRecord record,
        QuarantineReason reason,
        HeldLease? lease,
        CancellationToken cancellationToken
    );
}
