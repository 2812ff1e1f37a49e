using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>
/// Implements Lambda's ParallelizationFactor: delivers consecutive records of a shard in concurrent lanes. Records
/// with the same partition key stay in order.
/// </summary>
/// <remarks>
/// <para>A lane consists of the records whose partition key hashes to it. Its progress is stored before its next
/// records are delivered; the shard's checkpoint moves when all lanes have processed the gathered records. Lanes begun
/// with one factor are finished with it, so that lake objects never overlap: docs/decisions/0004-stores-in-order.md.
/// </para>
/// <para>Order is kept per partition key, as Lambda does. A record packs several purchases under the partition key of
/// the first, so versions of one purchase may be in two lanes; their positions order them.</para>
/// </remarks>
internal sealed class ShardLanes(
    IBatchHandler handler,
    HeldLease lease,
    ShardCheckpoints checkpoints,
    ShardStatus status,
    MappingRuntime runtime
)
{
    private readonly EventSourceMappingOptions _options = runtime.Options;
    private readonly Dictionary<int, BatchDelivery> _deliveries = [];

    /// <summary>Number of lanes for the next records.</summary>
    public int Count => checkpoints.Stored.Lanes?.Count ?? _options.ParallelizationFactor;

    /// <summary>Delivers the records and moves the checkpoint to the last one.</summary>
    /// <param name="records">Consecutive; at least one.</param>
    /// <param name="stopping">See <see cref="BatchDelivery.DeliverAsync"/>.</param>
    /// <param name="aborting">See <see cref="BatchDelivery.DeliverAsync"/>.</param>
    public async Task DeliverAsync(
        IReadOnlyList<StreamRecord> records,
        CancellationToken stopping,
        CancellationToken aborting
    )
    {
        if (Count == 1)
        {
            await Delivery(0)
                .DeliverAsync(
                    records,
                    done => checkpoints.MoveAsync(stored => stored.To(done), aborting),
                    stopping,
                    aborting
                );
            return;
        }

        await checkpoints.MoveAsync(stored => stored.Begin(Count, records[^1].SequenceNumber), aborting);
        var progress = checkpoints.Stored.Lanes!;
        var left = records.Where(record => !progress.IsDone(record)).ToList();
        status.Skip(records.Count - left.Count);

        using var oneFailed = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, oneFailed.Token);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(aborting, oneFailed.Token);
        await Task.WhenAll(
            left.GroupBy(progress.LaneOf)
                .Select(async lane =>
                {
                    var delivery = Delivery(lane.Key);
                    await Task.Yield(); // The function decodes the batch before its first await.
                    try
                    {
                        await DeliverAsync(lane.Key, delivery, [.. lane], stop.Token, abort.Token);
                    }
                    catch
                    {
                        await oneFailed.CancelAsync();
                        throw;
                    }
                })
        );
        await checkpoints.MoveAsync(stored => stored.To(records[^1].SequenceNumber), aborting);
    }

    private async Task DeliverAsync(
        int lane,
        BatchDelivery delivery,
        StreamRecord[] records,
        CancellationToken stopping,
        CancellationToken aborting
    )
    {
        for (var next = 0; next < records.Length; )
        {
            var capacity = new BatchCapacity(_options.BatchSize, batches: 1);
            var first = next;
            while (next < records.Length && capacity.TryAdd(records[next]))
                next++;
            // The lane's last gathered record needs no progress of its own: the shard's checkpoint will cover it.
            await delivery.DeliverAsync(
                new ArraySegment<StreamRecord>(records, first, next - first),
                done =>
                    done == records[^1].SequenceNumber
                        ? Task.CompletedTask
                        : checkpoints.MoveAsync(stored => stored.LaneTo(lane, done), aborting),
                stopping,
                aborting
            );
        }
    }

    private BatchDelivery Delivery(int lane) =>
        _deliveries.TryGetValue(lane, out var delivery)
            ? delivery
            : _deliveries[lane] = new(handler, lease, status, lane, runtime);
}
