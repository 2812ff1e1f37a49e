using System.Diagnostics;

namespace LocalCloud.Telemetry;

/// <summary>Suppresses traces of background loops in this process and in the services that they call.</summary>
/// <remarks>
/// The current activity becomes one that is not sampled. Samplers follow their parent, so nothing below it is recorded,
/// and HTTP clients pass the decision on (<c>traceparent</c> with flags 00).
/// </remarks>
internal static class NoTrace
{
    // All scopes share it and never stop it. It is not recorded, so its ids do not matter.
    private static readonly Activity s_unsampled = Create();

    /// <summary>Suppresses traces until the scope is disposed.</summary>
    public static Scope Begin()
    {
        var outer = Activity.Current;
        Activity.Current = s_unsampled;
        return new(outer);
    }

    private static Activity Create()
    {
        var outer = Activity.Current;
        Activity.Current = null;
        var activity = new Activity("untraced")
            .SetIdFormat(ActivityIdFormat.W3C)
            .SetParentId(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.None)
            .Start();
        Activity.Current = outer;
        return activity;
    }

    /// <summary>Restores the activity that was current before.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly Activity? _outer;

        internal Scope(Activity? outer) => _outer = outer;

        /// <inheritdoc/>
        public void Dispose() => Activity.Current = _outer is { IsStopped: true } ? null : _outer;
    }
}
