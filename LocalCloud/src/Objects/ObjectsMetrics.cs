using System.Diagnostics.Metrics;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;

namespace LocalCloud.Objects;

/// <summary>Metrics of stored objects.</summary>
internal sealed class ObjectsMetrics
{
    private readonly ObjectStore _objects;

    public ObjectsMetrics(IMeterFactory meters, ObjectStore objects)
    {
        _objects = objects;
        var meter = meters.Create(CallMetrics.MeterName);
        meter.CreateObservableGauge("pos.localcloud.objects", Count, "{object}", "Objects in a bucket");
        meter.CreateObservableGauge(
            "pos.localcloud.objects.reclaimable",
            () =>
            {
                lock (_objects.Catalog.Gate)
                    return _objects.Catalog.FreedPackBytes;
            },
            "By",
            "Bytes of deleted and replaced objects in packs of small objects"
        );
    }

    private List<Measurement<int>> Count()
    {
        lock (_objects.Catalog.Gate)
            return
            [
                .. _objects.Catalog.Buckets.Values.Select(bucket => new Measurement<int>(
                    bucket.Objects.Count,
                    new KeyValuePair<string, object?>("bucket", bucket.Name)
                )),
            ];
    }
}
