using System.ComponentModel.DataAnnotations;

namespace Pos.ServiceDefaults.Tracing;

/// <summary>Limits the cost of tracing.</summary>
public sealed class TracingOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Pos:Tracing";

    /// <summary>
    /// Maximum number of new traces that this process starts per second; also the maximum burst after a pause. 0 starts
    /// none. Traces that other processes started are always continued.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxTracesPerSecond { get; set; } = 10;
}
