using System.Diagnostics;
using System.Diagnostics.Metrics;
using Pos.ServiceDefaults;

namespace Pos.Ingest.Stream;

/// <summary>Measures PutRecords calls: duration, size, acknowledged records and retries.</summary>
internal sealed class StreamMetrics
{
    private readonly Histogram<double> _callDuration;
    private readonly Histogram<long> _flushPurchases;
    private readonly Histogram<long> _flushBytes;
    private readonly Counter<long> _repeated;
    private readonly Counter<long> _acknowledged;
    private readonly Meter _meter;

    public StreamMetrics(IMeterFactory meters, TimeProvider time)
    {
        Records = new(time);
        var meter = _meter = meters.Create("Pos.Ingest");
        _callDuration = meter.CreateHistogram<double>(
            "pos.ingest.put_records.duration",
            "s",
            "Duration of a PutRecords call"
        );
        _flushPurchases = meter.CreateHistogram<long>(
            "pos.ingest.flush.purchases",
            "{purchase}",
            "Purchases in a PutRecords call"
        );
        _flushBytes = meter.CreateHistogram<long>("pos.ingest.flush.size", "By", "Bytes in a PutRecords call");
        _repeated = meter.CreateCounter<long>(
            "pos.ingest.records.repeated",
            "{record}",
            "Records that the stream did not acknowledge and that are sent again, by error code"
        );
        _acknowledged = meter.CreateCounter<long>(
            "pos.ingest.records.acknowledged",
            "{record}",
            "Records that the stream has acknowledged"
        );
    }

    /// <summary>Records that the stream has acknowledged.</summary>
    public Throughput Records { get; }

    public void RecordFlush(IReadOnlyList<StreamRecord> flush, TimeSpan duration, bool hasResponse)
    {
        _callDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("answered", hasResponse));
        _flushPurchases.Record(flush.Sum(record => record.Purchases.Count));
        _flushBytes.Record(flush.Sum(record => record.Bytes));
    }

    /// <summary>Publishes the number of queued purchases and of calls in flight.</summary>
    public void Observe(Func<int> purchases, Func<int> calls)
    {
        _meter.CreateObservableGauge(
            "pos.ingest.queue.purchases",
            purchases,
            "{purchase}",
            "Purchases waiting for a PutRecords call"
        );
        _meter.CreateObservableGauge("pos.ingest.put_records.in_flight", calls, "{call}", "PutRecords calls in flight");
    }

    public void AddAcknowledged()
    {
        Records.Add(1);
        _acknowledged.Add(1);
    }

    public void AddRepeated(string? errorCode) =>
        _repeated.Add(1, new TagList { { "error.type", errorCode ?? "no_answer" } });
}
