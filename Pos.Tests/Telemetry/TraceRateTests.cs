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

/// <summary>Sampling of new traces.</summary>
[SystemTest]
public sealed class TraceRateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Rate_permits_the_first_traces_of_a_second_and_no_others()
    {
        var rate = new TraceRate(10, _time);
        Assert.Equal(10, Enumerable.Range(0, 1_000).Count(_ => rate.TryTake()));
    }

    [Fact]
    public void Rate_is_kept_over_a_minute()
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
    public void Pause_saves_at_most_one_second_of_permits()
    {
        var rate = new TraceRate(10, _time);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Enumerable.Range(0, 1_000).Count(_ => rate.TryTake()));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Enumerable.Range(0, 1_000).Count(_ => rate.TryTake()));
    }

    [Fact]
    public void Rate_of_zero_permits_nothing() => Assert.False(new TraceRate(0, _time).TryTake());

    [Theory]
    [InlineData("/health", false)]
    [InlineData("/alive", false)]
    [InlineData("/status", false)]
    [InlineData("/_health", false)]
    [InlineData("/_blazor", false)]
    [InlineData("/purchases", true)]
    [InlineData("/", true)]
    [InlineData("/healthy-snacks", true)]
    public void Polled_paths_start_no_trace_and_use_no_permits(string path, bool isSampled)
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
    public async Task Sampler_of_the_service_overrides_the_environment()
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
    public void Scope_without_traces_records_nothing_and_restores_the_current_activity()
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
