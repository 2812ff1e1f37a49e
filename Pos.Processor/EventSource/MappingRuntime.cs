using Pos.Storage;

namespace Pos.Processor.EventSource;

/// <summary>Groups the options, clock, metrics and logger that all parts of an event source mapping share.</summary>
internal sealed record MappingRuntime(
    EventSourceMappingOptions Options,
    TimeProvider Time,
    ProcessorMetrics Metrics,
    ILogger Logger
)
{
    /// <summary>Creates the backoff between attempts of a failing call.</summary>
    public Backoff RetryBackoff() => new(Options.RetryDelayMilliseconds, Options.MaximumRetryDelayMilliseconds, Time);
}
