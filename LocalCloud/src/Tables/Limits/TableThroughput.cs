using LocalCloud.Streams.Limits;
using LocalCloud.Tables.Definitions;

namespace LocalCloud.Tables.Limits;

/// <summary>
/// Tracks the remaining capacity of a table. As on AWS, a burst can use the unused capacity of five minutes.
/// </summary>
internal sealed class TableThroughput
{
    // The throughput of a new table (Developer Guide, "Initial throughput for on-demand capacity mode").
    private const long OnDemandReads = 12_000;
    private const long OnDemandWrites = 4_000;
    private static readonly TimeSpan s_burst = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private (long Read, long Write) _units;
    private RateBucket? _reads;
    private RateBucket? _writes;

    public void Configure(Table table)
    {
        var units = table.IsOnDemand
            ? (OnDemandReads, OnDemandWrites)
            : (table.Definition.Throughput.Read, table.Definition.Throughput.Write);
        lock (_gate)
        {
            if (units == _units)
                return;
            (_units, _reads, _writes) = (units, null, null);
        }
    }

    /// <summary>Takes capacity units for a read.</summary>
    public bool TryRead(double units, DateTimeOffset now)
    {
        lock (_gate)
            return TryTake(ref _reads, _units.Read, units, now);
    }

    /// <summary>Takes capacity units for a write.</summary>
    public bool TryWrite(double units, DateTimeOffset now)
    {
        lock (_gate)
            return TryTake(ref _writes, _units.Write, units, now);
    }

    private static bool TryTake(ref RateBucket? kept, long rate, double units, DateTimeOffset now)
    {
        var full = rate * s_burst.TotalSeconds;
        var bucket = kept ?? new RateBucket(full, s_burst, now);
        // A full bucket also serves a request that is larger than the bucket.
        var taken = bucket.TryTake(Math.Min(units, full), now);
        kept = bucket;
        return taken;
    }
}
