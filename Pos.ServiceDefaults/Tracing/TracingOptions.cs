using System.ComponentModel.DataAnnotations;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Limits what tracing costs.</summary>
public sealed class TracingOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Pos:Tracing";

    /// <summary>
    /// New traces that this process may start in a second, and at once after a pause. 0 starts none. A trace that
    /// another process started is always continued.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxTracesPerSecond { get; set; } = 10;
}
