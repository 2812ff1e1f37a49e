using Microsoft.AspNetCore.Http;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Paths that programs poll. Requests for them start no traces.</summary>
internal static class QuietPaths
{
    /// <summary>
    /// Returns true for health checks, <c>/status</c>, and paths that begin with an underscore: LocalCloud's
    /// <c>/_health</c> and <c>/_delivery</c>, Blazor's <c>/_blazor</c>, <c>/_framework</c> and <c>/_content</c>.
    /// </summary>
    public static bool Contain(PathString path) =>
        path.StartsWithSegments(ServiceDefaults.HealthPath)
        || path.StartsWithSegments(ServiceDefaults.AlivePath)
        || path.StartsWithSegments("/status")
        || path.Value is ['/', '_', ..];
}
