using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LocalCloud.Protocol;

/// <summary>Meter <c>LocalCloud</c>: calls of all services, by service and operation.</summary>
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
            "Time to answer a call, by service and operation"
        );
        _errors = meter.CreateCounter<long>(
            "pos.localcloud.call.errors",
            "{call}",
            "Calls answered with an error, by service and error code"
        );
    }

    /// <param name="began">Of <see cref="Stopwatch.GetTimestamp"/>.</param>
    public void Answered(string service, string operation, long began) =>
        _duration.Record(
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            new TagList { { "service", service }, { "operation", operation } }
        );

    public void Failed(string service, string code) =>
        _errors.Add(1, new TagList { { "service", service }, { "error.type", code } });
}
