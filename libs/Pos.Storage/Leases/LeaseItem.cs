using System.Collections.Immutable;
using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace Pos.Storage.Leases;

/// <summary>Reads and writes items of the lease table: <see cref="LeaseTableSchema"/>.</summary>
internal static class LeaseItem
{
    public static Lease Parse(Dictionary<string, AttributeValue> item) =>
        new(
            item[LeaseTableSchema.ShardId].S,
            item[LeaseTableSchema.Checkpoint].S,
            item.GetValueOrDefault(LeaseTableSchema.Owner)?.S,
            ToNumber(item[LeaseTableSchema.Counter]),
            item.GetValueOrDefault(LeaseTableSchema.Parents)?.SS ?? []
        )
        {
            WantedBy = item.GetValueOrDefault(LeaseTableSchema.WantedBy)?.S,
            Lanes = item.TryGetValue(LeaseTableSchema.Lanes, out var lanes) ? ParseLanes(lanes.M) : null,
            Backlog = item.TryGetValue(LeaseTableSchema.Backlog, out var backlog) ? ParseBacklog(backlog.M) : null,
        };

    public static AttributeValue From(ShardBacklog backlog) =>
        new()
        {
            M = new()
            {
                [LeaseTableSchema.IteratorAge] = Number(backlog.IteratorAgeMilliseconds),
                [LeaseTableSchema.LagRecords] = Number(backlog.LagRecords),
                [LeaseTableSchema.ReportedAt] = Number(backlog.At.ToUnixTimeMilliseconds()),
            },
        };

    private static ShardBacklog ParseBacklog(Dictionary<string, AttributeValue> backlog) =>
        new(
            ToNumber(backlog[LeaseTableSchema.IteratorAge]),
            ToNumber(backlog[LeaseTableSchema.LagRecords]),
            DateTimeOffset.FromUnixTimeMilliseconds(ToNumber(backlog[LeaseTableSchema.ReportedAt]))
        );

    public static AttributeValue From(LaneProgress lanes) =>
        new()
        {
            M = new()
            {
                [LeaseTableSchema.LaneCount] = Number(lanes.Count),
                [LeaseTableSchema.LanesEnd] = new(lanes.End),
                [LeaseTableSchema.LanesDone] = new()
                {
                    M = lanes.Done.ToDictionary(
                        lane => lane.Key.ToString(CultureInfo.InvariantCulture),
                        lane => new AttributeValue(lane.Value)
                    ),
                    IsMSet = true,
                },
            },
        };

    private static LaneProgress ParseLanes(Dictionary<string, AttributeValue> lanes) =>
        new(
            int.Parse(lanes[LeaseTableSchema.LaneCount].N, CultureInfo.InvariantCulture),
            lanes[LeaseTableSchema.LanesEnd].S
        )
        {
            Done = lanes[LeaseTableSchema.LanesDone]
                .M.ToImmutableDictionary(
                    lane => int.Parse(lane.Key, CultureInfo.InvariantCulture),
                    lane => lane.Value.S
                ),
        };

    private static long ToNumber(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);

    /// <summary>Returns a number attribute.</summary>
    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };
}
