using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Trace;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Decides which new traces begin here. Spans with a parent never reach it: they follow their parent.</summary>
/// <remarks>
/// ASP.NET Core gives a sampler no tags, so the path comes from the request itself: health checks must not use up the
/// rate.
/// </remarks>
internal sealed class NewTraceSampler(TraceRate rate, IHttpContextAccessor requests) : Sampler
{
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        new(
            IsQuietRequest(samplingParameters.Kind) || !rate.TryTake()
                ? SamplingDecision.Drop
                : SamplingDecision.RecordAndSample
        );

    private bool IsQuietRequest(ActivityKind kind) =>
        kind is ActivityKind.Server && requests.HttpContext is { } context && QuietPaths.Contain(context.Request.Path);
}
