using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pos.Lookup;

/// <summary>Publishes the meter <c>Pos.Lookup</c>. Npgsql's own meter measures warehouse queries.</summary>
internal sealed class LookupMetrics
{
    private readonly Histogram<double> _table;
    private readonly Histogram<double> _reconciliation;
    private readonly Counter<long> _unavailable;

    public LookupMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Pos.Lookup");
        _table = meter.CreateHistogram<double>(
            "pos.lookup.table.duration",
            "s",
            "Duration of a call to the lookup table, by operation"
        );
        _reconciliation = meter.CreateHistogram<double>(
            "pos.lookup.reconciliation.duration",
            "s",
            "Time to reconcile the three stores"
        );
        _unavailable = meter.CreateCounter<long>(
            "pos.lookup.requests.unavailable",
            "{request}",
            "Requests that returned 503, by unavailable store"
        );
    }

    /// <summary>Awaits a call to the lookup table and records its duration.</summary>
    public async Task<T> MeasureTableAsync<T>(string operation, Task<T> call)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            return await call;
        }
        finally
        {
            _table.Record(
                Stopwatch.GetElapsedTime(began).TotalSeconds,
                new KeyValuePair<string, object?>("operation", operation)
            );
        }
    }

    public void RecordReconciliation(TimeSpan duration) => _reconciliation.Record(duration.TotalSeconds);

    /// <param name="store"><c>lookup</c> or <c>warehouse</c>.</param>
    public void AddUnavailable(string store) => _unavailable.Add(1, new KeyValuePair<string, object?>("store", store));
}
