using System.Diagnostics;
using Pos.Contracts.Http;
using Pos.Contracts.Lookup;
using Pos.Contracts.Processor;
using Pos.Tests.Ui.Pipeline;
using Pos.Ui.Pipeline;
using Pos.Ui.Sales;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>The web app polls services without traces, even within a visitor's trace.</summary>
[Fast]
public sealed class WebAppPollTests : IDisposable
{
    private readonly Activity _visit = new Activity("visit")
        .SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded)
        .Start();

    public void Dispose() => _visit.Dispose();

    [Fact]
    public async Task Pipeline_page_polls_the_services_without_traces()
    {
        var polled = new TaskCompletionSource<string?>();
        var services = new FakeServices
        {
            Processor = _ =>
            {
                polled.TrySetResult(Activity.Current?.Id);
                return Task.FromResult<Answer<ProcessorStatus>>(PipelineAnswers.OfProcessor);
            },
        };
        using var monitor = new PipelineMonitor(services, TimeProvider.System);
        using (monitor.Watch(_ => { }))
            Assert.EndsWith("-00", await polled.Task);
    }

    [Fact]
    public async Task Freshness_is_polled_without_traces_and_the_visitors_trace_continues()
    {
        string? polled = null;
        var freshness = new SharedFreshness(
            _ =>
            {
                polled = Activity.Current?.Id;
                return Task.FromResult<Answer<SalesFreshness>>(PipelineAnswers.OfWarehouse);
            },
            TimeProvider.System
        );
        await freshness.AskAsync(CancellationToken.None);
        Assert.EndsWith("-00", polled);
        Assert.Same(_visit, Activity.Current);
    }
}
