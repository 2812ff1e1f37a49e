using System.Diagnostics.Metrics;

namespace Pos.LocalCloud.Delivery;

/// <summary>Meter <c>Pos.LocalCloud.Delivery</c>; every measurement has the tag <c>stream</c>.</summary>
internal sealed class DeliveryMetrics
{
    public const string MeterName = "Pos.LocalCloud.Delivery";

    private readonly Counter<long> _records;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _refusedRows;
    private readonly Counter<long> _objects;
    private readonly Counter<long> _skippedObjects;
    private readonly Histogram<double> _freshness;

    public DeliveryMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _records = meter.CreateCounter<long>("delivery.records", "{record}", "Records acknowledged");
        _rows = meter.CreateCounter<long>("delivery.rows", "{row}", "Rows loaded");
        _refusedRows = meter.CreateCounter<long>("delivery.rows.refused", "{row}", "Lines that COPY refused");
        _objects = meter.CreateCounter<long>("delivery.objects", "{object}", "Objects loaded");
        _skippedObjects = meter.CreateCounter<long>(
            "delivery.objects.skipped",
            "{object}",
            "Objects whose retry time passed"
        );
        _freshness = meter.CreateHistogram<double>(
            "delivery.freshness",
            "s",
            "Arrival of a batch's first record to its COPY's commit"
        );
    }

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
