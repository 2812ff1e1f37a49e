using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pos.Processor;

/// <summary>Calls to the stores; every measurement has the tag <c>store</c>.</summary>
internal sealed class StoreMetrics(Meter meter)
{
    private readonly Histogram<double> _duration = meter.CreateHistogram<double>(
        "pos.processor.store.duration",
        "s",
        "Time of a batch's calls to a store"
    );
    private readonly Counter<long> _failures = meter.CreateCounter<long>(
        "pos.processor.store.failures",
        "{batch}",
        "Batches that a store failed, by error type"
    );

    public void Called(string store, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("store", store));

    public void Failed(string store, Exception failure) =>
        _failures.Add(1, new TagList { { "store", store }, { "error.type", failure.GetType().Name } });
}
