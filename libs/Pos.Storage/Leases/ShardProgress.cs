using System.Collections.Immutable;

namespace Pos.Storage.Leases;

/// <summary>What of a shard is done. Stored as one, in the shard's lease.</summary>
/// <param name="Checkpoint">All up to here is: see <see cref="Leases.Checkpoint"/>.</param>
/// <param name="Lanes">What was begun beyond the checkpoint in lanes; null when nothing was.</param>
internal sealed record ShardProgress(string Checkpoint, LaneProgress? Lanes = null)
{
    /// <summary>All up to the sequence number is done.</summary>
    public ShardProgress To(string sequenceNumber) => new(sequenceNumber, Lanes?.Beyond(sequenceNumber));

    /// <summary>
    /// Records up to the sequence number are about to be given to so many lanes, as many as there are already if any
    /// have been begun.
    /// </summary>
    public ShardProgress Begin(int lanes, string end) =>
        this with
        {
            Lanes =
                Lanes is null ? new(lanes, end)
                : SequenceNumber.Compare(Lanes.End, end) < 0 ? Lanes with { End = end }
                : Lanes,
        };

    /// <summary>Of a lane that was begun, all up to the sequence number is done.</summary>
    public ShardProgress LaneTo(int lane, string sequenceNumber) =>
        this with
        {
            Lanes = Lanes! with { Done = Lanes.Done.SetItem(lane, sequenceNumber) },
        };
}

/// <param name="Count">How many lanes.</param>
/// <param name="End">The last record that they were given, by whoever had the lease.</param>
internal sealed record LaneProgress(int Count, string End)
{
    /// <summary>
    /// By lane, the sequence number up to which its records are done, where that is beyond the checkpoint.
    /// </summary>
    public ImmutableDictionary<int, string> Done { get; init; } = ImmutableDictionary<int, string>.Empty;

    public bool IsDone(StreamRecord record) =>
        Done.TryGetValue(LaneOf(record), out var done) && SequenceNumber.Compare(record.SequenceNumber, done) <= 0;

    public int LaneOf(StreamRecord record) => LaneOf(record.PartitionKey, Count);

    /// <summary>The lane of a partition key: FNV-1a. Must not change, as leases outlive processes.</summary>
    public static int LaneOf(string partitionKey, int count)
    {
        var hash = 2166136261u;
        foreach (var character in partitionKey)
            hash = (hash ^ character) * 16777619u;
        return (int)(hash % (uint)count);
    }

    /// <summary>What remains of it beyond the sequence number.</summary>
    public LaneProgress? Beyond(string sequenceNumber) =>
        SequenceNumber.Compare(End, sequenceNumber) <= 0
            ? null
            : this with
            {
                Done = Done.RemoveRange(
                    Done.Where(lane => SequenceNumber.Compare(lane.Value, sequenceNumber) <= 0).Select(lane => lane.Key)
                ),
            };
}
