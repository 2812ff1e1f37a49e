using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Trace;
using Pos.ServiceDefaults;
using Pos.ServiceDefaults.Tracing;
using Xunit;

namespace Pos.Tests.Telemetry;

/// <summary>Which new traces are recorded.</summary>
[SystemTest]
public sealed class TraceRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void First_traces_are_taken_up_to_the_rate_and_the_rest_of_the_second_is_not()
    {
        var rate = new TraceRate(10, _time);
        Assert.Equal(10, Enumerable.Range(0, 1_000).Count(_ => rate.TryTake()));
    }

    [Fact]
    public void Rate_holds_over_a_replay_of_a_minute()
    {
        var rate = new TraceRate(10, _time);
        var taken = 0;
        for (var millisecond = 0; millisecond < 60_000; millisecond++)
        {
            taken += rate.TryTake() ? 1 : 0;
            _time.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.InRange(taken, 600, 610);
    }

    [Fact]
    public void Pause_does_not_save_up_more_than_a_second()
    {
        var rate = new TraceRate(10, _time);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Enumerable.Range(0, 1_000).Count(_ => rate.TryTake()));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Enumerable.Range(0, 1_000).Count(_ => rate.TryTake()));
    }

    [Fact]
    public void Rate_of_zero_takes_none() => Assert.False(new TraceRate(0, _time).TryTake());

    [Theory]
    [InlineData("/health", false)]
    [InlineData("/alive", false)]
    [InlineData("/status", false)]
    [InlineData("/_health", false)]
    [InlineData("/_blazor", false)]
    [InlineData("/purchases", true)]
    [InlineData("/", true)]
    [InlineData("/healthy-snacks", true)]
    public void Requests_that_programs_repeat_begin_no_trace_and_use_up_no_rate(string path, bool isSampled)
    {
        var requests = new HttpContextAccessor { HttpContext = new DefaultHttpContext { Request = { Path = path } } };
        var rate = new TraceRate(1, _time);
        var decision = new NewTraceSampler(rate, requests)
            .ShouldSample(new(default, ActivityTraceId.CreateRandom(), "request", ActivityKind.Server))
            .Decision;
        Assert.Equal(isSampled ? SamplingDecision.RecordAndSample : SamplingDecision.Drop, decision);
        Assert.Equal(!isSampled, rate.TryTake());
    }

    [Fact]
    public async Task Sampler_of_the_service_wins_over_the_environment()
    {
        await using var otlp = await OtlpServer.StartAsync();
        var builder = WebApplication.CreateBuilder([
            .. otlp.EnvironmentOf("tested").Select(setting => $"--{setting.Key}={setting.Value}"),
            "--Pos:Tracing:MaxTracesPerSecond=0",
            "--Logging:LogLevel:Default=None",
        ]);
        builder.AddServiceDefaults();
        await using var app = builder.Build();
        _ = app.Services.GetRequiredService<TracerProvider>();
        using var source = new ActivitySource("Pos.Tests.Sampler");

        Activity.Current = null;
        using (var root = source.StartActivity("new"))
            Assert.NotEqual(true, root?.Recorded);
        using var child = source.StartActivity("continued", ActivityKind.Internal, SpanRecorder.NewTrace());
        Assert.True(child?.Recorded);
    }

    [Fact]
    public void Nothing_is_recorded_in_a_scope_without_traces_and_what_was_current_comes_back()
    {
        using var spans = new SpanRecorder("Pos.Tests.NoTrace");
        using var source = new ActivitySource("Pos.Tests.NoTrace");
        using var outer = source.StartActivity("outer", ActivityKind.Internal, SpanRecorder.NewTrace());
        Assert.NotNull(outer);
        using (NoTrace.Begin())
        {
            Assert.Null(source.StartActivity("inner"));
            Assert.EndsWith("-00", Activity.Current?.Id);
            using var continued = source.StartActivity("continued", ActivityKind.Internal, outer.Context);
            Assert.NotNull(continued);
        }
        Assert.Same(outer, Activity.Current);
    }
}
