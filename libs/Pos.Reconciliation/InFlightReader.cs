using Pos.Contracts.LocalCloud;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;

namespace Pos.Reconciliation;

/// <summary>Reads which purchases are in flight or in quarantine.</summary>
/// <param name="processor">Null if no address of the processor is configured.</param>
/// <param name="localCloud">
/// Null on AWS, where CloudWatch has the value (<c>DeliveryToRedshift.DataFreshness</c>).
/// </param>
public sealed class InFlightReader(ProcessorClient? processor, LocalCloudClient? localCloud)
{
    /// <summary>Reads the status of processor and delivery. Values of an unavailable source are null.</summary>
    public async Task<InFlight> ReadAsync(CancellationToken cancellationToken)
    {
        var status = processor is null ? null : (await processor.StatusAsync(cancellationToken)).Value;
        var counts = processor is null ? null : (await processor.QuarantineCountsAsync(cancellationToken)).Value;
        var delivery = localCloud is null ? null : (await localCloud.DeliveryAsync(cancellationToken)).Value;

        IReadOnlyList<ShardReport> shards = status?.Shards ?? [];
        ShardReport[] here = [.. shards.Where(shard => shard.State is ShardStates.Here)];
        return new(
            here is [] ? null : here.Sum(shard => shard.LagRecords ?? 0),
            here is [] ? null : here.Max(shard => shard.IteratorAgeMilliseconds ?? 0),
            shards.Count(shard => shard.State is ShardStates.Elsewhere),
            delivery?.Sum(stream => stream.BacklogBytes),
            counts?.Reasons.Sum(reason => (long)reason.Open),
            counts?.Reasons.Sum(reason => (long)reason.Discarded)
        );
    }
}
