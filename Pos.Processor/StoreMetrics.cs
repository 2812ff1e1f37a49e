using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pos.Processor;

/// <summary>Measures calls to the stores. Every measurement has the tag <c>store</c>.</summary>
internal sealed class StoreMetrics(Meter meter)
{
    private readonly Histogram<double> _duration = meter.CreateHistogram<double>(
        "pos.processor.store.duration",
        "s",
        "Duration of a batch's calls to a store"
    );
    private readonly Counter<long> _failures = meter.CreateCounter<long>(
        "pos.processor.store.failures",
        "{batch}",
        "Batches that a store failed to write, by error type"
    );

    public void AddCall(string store, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("store", store));

    public void AddFailure(string store, Exception failure) =>
        _failures.Add(1, new TagList { { "store", store }, { "error.type", failure.GetType().Name } });
}
