using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using OpenTelemetry.Trace;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Samples traces that start in this process. Spans with a parent follow their parent instead.</summary>
/// <remarks>
/// Health checks must not use up the rate. ASP.NET Core passes no tags to samplers, so the path comes from the request.
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
