using Pos.Processor.EventSource.Leases;
using Pos.Processor.EventSource.Shards;
using Pos.Storage;

namespace Pos.Processor.EventSource.Batches;

/// <summary>
/// Lambda's ParallelizationFactor: delivers consecutive records of a shard in so many lanes, side by side, each
/// partition key's in order.
/// </summary>
/// <remarks>
/// <para>A lane is the records whose partition key hashes to it, and is to the lake what a whole shard is without
/// lanes: its batches begin at the first of its records that is not done, so that what an interrupted batch left in the
/// lake (an object is named by its batch's first record) is overwritten by the next batch of that lane, which begins at
/// the same record. Hence a lane's progress is stored before the function is called with its later records; the shard's
/// checkpoint moves when all lanes are through what was gathered.</para>
/// <para>With another factor, lanes would begin at other records. So the lease says how many lanes there are, and the
/// last record that they were given, before they get it: who takes the lease keeps to that number up to that record,
/// and nothing that an earlier owner began, or, stalled, still has in hand, lies beyond. Then the factor is the
/// configured one. (Without lanes nothing need be stored: what was begun begins right behind the checkpoint, as does
/// one of the lanes.)</para>
/// <para>Order is kept per partition key, as Lambda does. A record of ours packs several purchases under the id of its
/// first, so posts of one purchase may be in two lanes; their positions put them in order.</para>
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

    /// <summary>How many lanes the next records are delivered in.</summary>
    public int Count => checkpoints.Stored.Lanes?.Count ?? _options.ParallelizationFactor;

    /// <summary>Returns when all records are done and the checkpoint is the last one's.</summary>
    /// <param name="records">Consecutive; at least one.</param>
    /// <param name="stopping">See <see cref="BatchDelivery.DeliverAsync"/>.</param>
    /// <param name="aborting">Likewise.</param>
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
        status.Skipped(records.Count - left.Count);

        using var oneFailed = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping, oneFailed.Token);
        using var abort = CancellationTokenSource.CreateLinkedTokenSource(aborting, oneFailed.Token);
        await Task.WhenAll(
            left.GroupBy(progress.LaneOf)
                .Select(async lane =>
                {
                    var delivery = Delivery(lane.Key);
                    await Task.Yield(); // The function decodes before it first waits.
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
            // Nothing of the lane follows its last record here: the shard's checkpoint will say that it is done.
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
