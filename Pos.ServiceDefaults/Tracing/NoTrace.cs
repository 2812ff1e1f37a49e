using System.Diagnostics;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Keeps background loops out of the traces, in this process and in every service that they call.</summary>
/// <remarks>
/// Makes an unsampled activity the current one. Samplers follow their parent, so nothing below it is recorded, and HTTP
/// clients pass the decision on (<c>traceparent</c> with flags 00).
/// </remarks>
public static class NoTrace
{
    // Shared by all scopes and never stopped. Its ids do not matter, because it is not recorded.
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

    /// <summary>Restores the previous activity when disposed.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly Activity? _outer;

        internal Scope(Activity? outer) => _outer = outer;

        /// <inheritdoc/>
        public void Dispose() => Activity.Current = _outer is { IsStopped: true } ? null : _outer;
    }
}
