using System.Collections.Immutable;

namespace Pos.Storage.Leases;

/// <summary>The progress of a shard, stored in its lease with one write.</summary>
/// <param name="Checkpoint">Every record up to this <see cref="Leases.Checkpoint"/> is processed.</param>
/// <param name="Lanes">Progress of the lanes beyond the checkpoint; null when there is none.</param>
internal sealed record ShardProgress(string Checkpoint, LaneProgress? Lanes = null)
{
    /// <summary>Moves the checkpoint: all records up to the sequence number are processed.</summary>
    public ShardProgress To(string sequenceNumber) => new(sequenceNumber, Lanes?.Beyond(sequenceNumber));

    /// <summary>
    /// Assigns records up to the sequence number to lanes. If lanes have started before, their number stays.
    /// </summary>
    public ShardProgress Begin(int lanes, string end) =>
        this with
        {
            Lanes =
                Lanes is null ? new(lanes, end)
                : SequenceNumber.Compare(Lanes.End, end) < 0 ? Lanes with { End = end }
                : Lanes,
        };

    /// <summary>Moves a lane that has started: its records up to the sequence number are processed.</summary>
    public ShardProgress LaneTo(int lane, string sequenceNumber) =>
        this with
        {
            Lanes = Lanes! with { Done = Lanes.Done.SetItem(lane, sequenceNumber) },
        };
}

/// <summary>The progress of the lanes of a shard.</summary>
/// <param name="Count">Number of lanes.</param>
/// <param name="End">Sequence number of the last record assigned to a lane, by any owner of the lease.</param>
internal sealed record LaneProgress(int Count, string End)
{
    /// <summary>
    /// Maps each lane that is beyond the checkpoint to the sequence number up to which its records are processed.
    /// </summary>
    public ImmutableDictionary<int, string> Done { get; init; } = ImmutableDictionary<int, string>.Empty;

    public bool IsDone(StreamRecord record) =>
        Done.TryGetValue(LaneOf(record), out var done) && SequenceNumber.Compare(record.SequenceNumber, done) <= 0;

    public int LaneOf(StreamRecord record) => LaneOf(record.PartitionKey, Count);

    /// <summary>Returns the lane of a partition key by FNV-1a. Must not change: leases outlive processes.</summary>
    public static int LaneOf(string partitionKey, int count)
    {
        var hash = 2166136261u;
        foreach (var character in partitionKey)
            hash = (hash ^ character) * 16777619u;
        return (int)(hash % (uint)count);
    }

    /// <summary>Returns the progress beyond the sequence number; null if there is none.</summary>
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
