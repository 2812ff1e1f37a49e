using Pos.Storage;

namespace Pos.Processor.EventSource;

/// <summary>What every part of a mapping runs with.</summary>
internal sealed record MappingRuntime(
    EventSourceMappingOptions Options,
    TimeProvider Time,
    ProcessorMetrics Metrics,
    ILogger Logger
)
{
    /// <summary>Waits between attempts at a failing call.</summary>
    public Backoff RetryBackoff() => new(Options.RetryDelayMilliseconds, Options.MaximumRetryDelayMilliseconds, Time);
}
