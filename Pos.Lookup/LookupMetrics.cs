using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Pos.Lookup;

/// <summary>Meter <c>Pos.Lookup</c>. Warehouse queries are measured by Npgsql's meter.</summary>
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
            "Time of a call to the lookup table, by operation"
        );
        _reconciliation = meter.CreateHistogram<double>(
            "pos.lookup.reconciliation.duration",
            "s",
            "Time to reconcile the three stores"
        );
        _unavailable = meter.CreateCounter<long>(
            "pos.lookup.requests.unavailable",
            "{request}",
            "Requests answered 503, by unavailable store"
        );
    }

    /// <summary>Awaits a call to the lookup table and records its time.</summary>
    public async Task<T> TableAsync<T>(string operation, Task<T> call)
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

    public void Reconciled(TimeSpan duration) => _reconciliation.Record(duration.TotalSeconds);

    /// <param name="store"><c>lookup</c> or <c>warehouse</c>.</param>
    public void Unavailable(string store) => _unavailable.Add(1, new KeyValuePair<string, object?>("store", store));
}
