using System.Diagnostics.Metrics;

namespace LocalCloud.Delivery;

/// <summary>Meter <c>LocalCloud.Delivery</c>. Measurements have the tag <c>stream</c>.</summary>
internal sealed class DeliveryMetrics
{
    public const string MeterName = "LocalCloud.Delivery";

    private readonly Counter<long> _records;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _refusedRows;
    private readonly Counter<long> _objects;
    private readonly Counter<long> _skippedObjects;
    private readonly Histogram<double> _freshness;
    private readonly Histogram<double> _stepDuration;
    private readonly Counter<long> _retries;
    private readonly Meter _meter;

    public DeliveryMetrics(IMeterFactory meters)
    {
        var meter = _meter = meters.Create(MeterName);
        _records = meter.CreateCounter<long>("pos.delivery.records", "{record}", "Records acknowledged");
        _rows = meter.CreateCounter<long>("pos.delivery.rows", "{row}", "Rows loaded");
        _refusedRows = meter.CreateCounter<long>("pos.delivery.rows.refused", "{row}", "Lines that COPY rejected");
        _objects = meter.CreateCounter<long>("pos.delivery.objects", "{object}", "Objects loaded");
        _skippedObjects = meter.CreateCounter<long>(
            "pos.delivery.objects.skipped",
            "{object}",
            "Objects skipped after their retry duration"
        );
        _stepDuration = meter.CreateHistogram<double>(
            "pos.delivery.step.duration",
            "s",
            "Time to stage, copy or merge a batch, by step"
        );
        _retries = meter.CreateCounter<long>(
            "pos.delivery.retries",
            "{attempt}",
            "Steps that failed and are retried, by error type"
        );
        _freshness = meter.CreateHistogram<double>(
            "pos.delivery.freshness",
            "s",
            "Arrival of a batch's first record to its COPY's commit"
        );
    }

    /// <summary>Publishes the backlog of all streams.</summary>
    public void Observe(Func<IEnumerable<DeliveryState>> streams)
    {
        _meter.CreateObservableGauge(
            "pos.delivery.backlog",
            () => streams().Select(stream => new Measurement<long>(stream.BacklogBytes, Tag(stream.Name))),
            "By",
            "Bytes acknowledged and not delivered"
        );
    }

    /// <summary>Records the successful attempt of a step: <c>stage</c>, <c>copy</c> or <c>merge</c>.</summary>
    public void Step(string stream, string step, TimeSpan duration) =>
        _stepDuration.Record(duration.TotalSeconds, Tag(stream), new("step", step));

    /// <summary>Counts a failed attempt that is retried.</summary>
    public void Retry(string stream, Exception error) =>
        _retries.Add(1, Tag(stream), new("error.type", error.GetType().Name));

    public void Acknowledged(string stream, int records) => _records.Add(records, Tag(stream));

    public void Loaded(string stream, long rows, long refused, TimeSpan freshness)
    {
        _objects.Add(1, Tag(stream));
        _rows.Add(rows, Tag(stream));
        _refusedRows.Add(refused, Tag(stream));
        _freshness.Record(freshness.TotalSeconds, Tag(stream));
    }

    public void Skipped(string stream) => _skippedObjects.Add(1, Tag(stream));

    private static KeyValuePair<string, object?> Tag(string stream) => new("stream", stream);
}
