using Pos.Processor.EventSource.Batches;
using Pos.Processor.EventSource.Leases;
using Pos.Storage;
using Pos.Storage.Quarantine;

namespace Pos.Tests.Processor;

/// <summary>Handles batches with delegates of a test.</summary>
internal sealed class ScriptedHandler(
    Func<IReadOnlyList<StreamRecord>, HeldLease?, CancellationToken, Task<BatchResponse>> handle,
    Func<StreamRecord, QuarantineReason, HeldLease?, CancellationToken, Task>? discard = null
) : IBatchHandler
{
    public Task<BatchResponse> HandleAsync(
        IReadOnlyList<StreamRecord> batch,
        HeldLease? lease,
        CancellationToken cancellationToken
    ) => handle(batch, lease, cancellationToken);

    public Task DiscardAsync(
        StreamRecord record,
        QuarantineReason reason,
        HeldLease? lease,
        CancellationToken cancellationToken
    ) => discard?.Invoke(record, reason, lease, cancellationToken) ?? Task.CompletedTask;
}
