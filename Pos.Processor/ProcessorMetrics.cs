using System.Diagnostics.Metrics;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Shards;
using Pos.Processor.Quarantine;
using Pos.ServiceDefaults;
using Pos.Storage.Quarantine;

namespace Pos.Processor;

/// <summary>Publishes the meter <c>Pos.Processor</c> and keeps the totals that <c>GET /status</c> returns.</summary>
internal sealed class ProcessorMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _records;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _bisects;
    private readonly Counter<long> _quarantined;
    private readonly Counter<long> _throttledReads;
    private readonly Histogram<double> _batchDuration;
    private int _batchesInFlight;

    public ProcessorMetrics(IMeterFactory meters, TimeProvider time)
    {
        StartedAt = time.GetUtcNow();
        (Records, Lines, QuarantinedEntries) = (new(time), new(time), new(time));
        _meter = meters.Create("Pos.Processor");
        var stores = new StoreMetrics(_meter);
        Lake = new("lake", stores, time);
        LookupTable = new("lookup", stores, time);
        Warehouse = new("warehouse", stores, time);
        Leases = new(_meter);
        _batchDuration = _meter.CreateHistogram<double>(
            "pos.processor.batch.duration",
            "s",
            "Time to write a batch to all stores, including failed attempts"
        );
        _meter.CreateObservableGauge(
            "pos.processor.batches.in_flight",
            () => BatchesInFlight,
            "{batch}",
            "Batches being written to the stores now"
        );
        _records = _meter.CreateCounter<long>(
            "pos.processor.records",
            "{record}",
            "Stream records in all three stores or in quarantine"
        );
        _lines = _meter.CreateCounter<long>("pos.processor.lines", "{line}", "Purchase lines in all three stores");
        _batches = _meter.CreateCounter<long>(
            "pos.processor.batches",
            "{batch}",
            "Batches, or parts of batches, that succeeded"
        );
        _retries = _meter.CreateCounter<long>("pos.processor.retries", "{attempt}", "Retries of failed batches");
        _bisects = _meter.CreateCounter<long>(
            "pos.processor.bisects",
            "{batch}",
            "Failed batches that were split in two"
        );
        _quarantined = _meter.CreateCounter<long>(
            "pos.processor.quarantined",
            "{entry}",
            "Quarantine entries written, by reason"
        );
        _throttledReads = _meter.CreateCounter<long>(
            "pos.processor.throttled_reads",
            "{read}",
            "Reads of a shard that Kinesis throttled"
        );
    }

    public DateTimeOffset StartedAt { get; }

    /// <summary>Stream records in all three stores or in quarantine.</summary>
    public Throughput Records { get; }

    /// <summary>Purchase lines in all three stores.</summary>
    public Throughput Lines { get; }

    /// <summary>Quarantine entries written.</summary>
    public Throughput QuarantinedEntries { get; }

    /// <summary>Writes to the lake, including the quarantine, which is in the same bucket.</summary>
    public SinkStatus Lake { get; }

    public SinkStatus LookupTable { get; }

    /// <summary>Writes to the delivery stream that loads the warehouse.</summary>
    public SinkStatus Warehouse { get; }

    /// <summary>Leases that this worker takes, hands over and loses.</summary>
    public LeaseMetrics Leases { get; }

    /// <summary>Batches being written to the stores now.</summary>
    public int BatchesInFlight => Volatile.Read(ref _batchesInFlight);

    public void BeginBatch() => Interlocked.Increment(ref _batchesInFlight);

    public void EndBatch(TimeSpan duration)
    {
        Interlocked.Decrement(ref _batchesInFlight);
        _batchDuration.Record(duration.TotalSeconds);
    }

    public void AddProcessed(int records, long lines)
    {
        Records.Add(records);
        Lines.Add(lines);
        _records.Add(records);
        _lines.Add(lines);
    }

    public void AddBatch() => _batches.Add(1);

    public void AddRetry() => _retries.Add(1);

    public void AddBisect() => _bisects.Add(1);

    public void AddQuarantined(QuarantineReason reason)
    {
        QuarantinedEntries.Add(1);
        _quarantined.Add(1, new KeyValuePair<string, object?>("reason", QuarantineKeys.NameOf(reason)));
    }

    public void AddThrottledRead(string shardId) => _throttledReads.Add(1, Shard(shardId));

    /// <summary>Publishes how far the processor is behind on each shard.</summary>
    public void ObserveShards(Func<IEnumerable<ShardStatus>> shards, TimeProvider time)
    {
        _meter.CreateObservableGauge(
            "pos.processor.leases",
            () => shards().Count(),
            "{lease}",
            "Shards whose lease this worker holds"
        );
        _meter.CreateObservableGauge(
            "pos.processor.iterator_age",
            () => Measure(shards(), shard => shard.IteratorAgeMilliseconds(time.GetUtcNow()) / 1000.0),
            "s",
            "Age of the oldest record that was read and not yet processed; if there is none, how far the last read was "
                + "behind the shard's newest record"
        );
        _meter.CreateObservableGauge(
            "pos.processor.lag",
            () => Measure(shards(), shard => shard.LagRecords),
            "{record}",
            "Records read and not yet processed, plus an estimate of those not read: time behind the newest record, "
                + "multiplied by the arrival rate of the records read last"
        );
    }

    private static IEnumerable<Measurement<T>> Measure<T>(IEnumerable<ShardStatus> shards, Func<ShardStatus, T?> value)
        where T : struct =>
        shards
            .Select(shard => (shard.ShardId, Value: value(shard)))
            .Where(shard => shard.Value is not null)
            .Select(shard => new Measurement<T>(shard.Value!.Value, Shard(shard.ShardId)));

    private static KeyValuePair<string, object?> Shard(string shardId) => new("shard_id", shardId);

    public void Dispose() => _meter.Dispose();
}
