using System.Diagnostics.Metrics;
using Pos.Processor.Quarantine;

namespace Pos.Processor;

/// <summary>Meter <c>Pos.Processor</c>.</summary>
internal sealed class ProcessorMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _records;
    private readonly Counter<long> _lines;
    private readonly Counter<long> _batches;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _bisects;
    private readonly Counter<long> _quarantined;

    public ProcessorMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Pos.Processor");
        _records = _meter.CreateCounter<long>("pos.processor.records", "{record}", "Stream records in all three stores or in quarantine");
        _lines = _meter.CreateCounter<long>("pos.processor.lines", "{line}", "Purchase lines in all three stores");
        _batches = _meter.CreateCounter<long>("pos.processor.batches", "{batch}", "Batches, or parts of one, that succeeded");
        _retries = _meter.CreateCounter<long>("pos.processor.retries", "{attempt}", "Attempts at a batch that failed before");
        _bisects = _meter.CreateCounter<long>("pos.processor.bisects", "{batch}", "Failed batches that were cut in two");
        _quarantined = _meter.CreateCounter<long>("pos.processor.quarantined", "{entry}", "Quarantine entries written, by reason");
    }

    public void Processed(int records, long lines)
    {
        _records.Add(records);
        _lines.Add(lines);
    }

    public void Batch() => _batches.Add(1);

    public void Retry() => _retries.Add(1);

    public void Bisect() => _bisects.Add(1);

    public void Quarantined(QuarantineReason reason) => _quarantined.Add(1, new KeyValuePair<string, object?>("reason", QuarantineKeys.NameOf(reason)));

    /// <summary>Publishes the age of the last record read, by shard.</summary>
    public void ObserveIteratorAge(Func<IEnumerable<(string ShardId, long Milliseconds)>> observe) =>
        _meter.CreateObservableGauge("pos.processor.iterator_age", () => observe().Select(shard =>
            new Measurement<long>(shard.Milliseconds, new KeyValuePair<string, object?>("shard_id", shard.ShardId))), "ms",
            "How far the last read of a shard was behind its newest record");

    public void Dispose() => _meter.Dispose();
}
