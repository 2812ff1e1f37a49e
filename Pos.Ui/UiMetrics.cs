using System.Diagnostics;
using System.Diagnostics.Metrics;
using Pos.Contracts.Http;
using Pos.Ui.Import;

namespace Pos.Ui;

/// <summary>Meter <c>Pos.Ui</c>.</summary>
internal sealed class UiMetrics
{
    private readonly Counter<long> _polls;

    public UiMetrics(IMeterFactory meters, Imports imports)
    {
        var meter = meters.Create("Pos.Ui");
        _polls = meter.CreateCounter<long>(
            "pos.ui.polls",
            "{poll}",
            "Requests for status and freshness, by service and outcome"
        );
        meter.CreateObservableGauge(
            "pos.ui.imports.running",
            () => imports.Recent.Count(import => import.Status.State is ImportState.Running),
            "{import}",
            "Imports that send purchases now"
        );
    }

    /// <summary>Awaits a poll and counts it.</summary>
    public async Task<Answer<T>> PollAsync<T>(string service, Task<Answer<T>> poll)
        where T : class
    {
        var answer = await poll;
        _polls.Add(1, new TagList { { "service", service }, { "outcome", answer.Failure is null ? "ok" : "failed" } });
        return answer;
    }
}
