using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LocalCloud.Protocol;

/// <summary>Meter <c>LocalCloud</c>: calls by service and operation.</summary>
internal sealed class CallMetrics
{
    public const string MeterName = "LocalCloud";

    private readonly Histogram<double> _duration;
    private readonly Counter<long> _errors;

    public CallMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _duration = meter.CreateHistogram<double>(
            "pos.localcloud.call.duration",
            "s",
            "Duration of calls, by service and operation"
        );
        _errors = meter.CreateCounter<long>(
            "pos.localcloud.call.errors",
            "{call}",
            "Calls that returned an error, by service and error code"
        );
    }

    /// <summary>Records a call that started at <paramref name="began"/>, a <see cref="Stopwatch"/> timestamp.</summary>
    public void RecordCall(string service, string operation, long began) =>
        _duration.Record(
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            new TagList { { "service", service }, { "operation", operation } }
        );

    public void RecordError(string service, string code) =>
        _errors.Add(1, new TagList { { "service", service }, { "error.type", code } });
}
