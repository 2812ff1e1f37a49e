using Pos.Processor.EventSource;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;

namespace Pos.Processor;

/// <summary>Measures, traces and logs each batch.</summary>
internal sealed partial class BatchObserver(
    PosResources resources,
    ProcessorMetrics metrics,
    TimeProvider time,
    ILogger<BatchObserver> logger
)
{
    public ProcessorMetrics Metrics => metrics;

    /// <summary>Gets the current timestamp, to measure durations from.</summary>
    public long Timestamp => time.GetTimestamp();

    /// <summary>
    /// Observes a batch until the result is disposed. Logs written meanwhile carry the shard and the first record.
    /// </summary>
    public ObservedBatch Begin(IReadOnlyList<StreamRecord> batch)
    {
        metrics.BeginBatch();
        return new(this, batch, logger.BeginScope(new BatchScope(batch[0].ShardId, batch[0].SequenceNumber)));
    }

    /// <summary>Observes one batch while it is processed.</summary>
    internal sealed class ObservedBatch(BatchObserver observer, IReadOnlyList<StreamRecord> batch, IDisposable? scope)
        : IDisposable
    {
        private readonly long _began = observer.Timestamp;
        private BatchTrace? _trace;
        private int _purchases;

        /// <summary>Starts the batch's spans. Returns null when none of its purchases is sampled.</summary>
        public BatchTrace? Trace(DecodedBatch decoded)
        {
            _purchases = decoded.Versions.Count;
            return _trace = ProcessTrace.Start(observer.Resources.Stream, batch, decoded);
        }

        public void SetFailure(Exception error) => _trace?.SetFailure(error);

        public void Dispose()
        {
            _trace?.Dispose();
            var duration = observer.ElapsedSince(_began);
            observer.Metrics.EndBatch(duration);
            observer.LogProcessed(
                batch.Count,
                batch[0].ShardId,
                batch[0].SequenceNumber,
                _purchases,
                duration.TotalMilliseconds
            );
            scope?.Dispose();
        }
    }

    private PosResources Resources => resources;

    private TimeSpan ElapsedSince(long timestamp) => time.GetElapsedTime(timestamp);

    [LoggerMessage(
        2060,
        LogLevel.Debug,
        "Processed batch: {Records} records of shard {ShardId}, starting at {SequenceNumber}, "
            + "with {Purchases} purchases, in {Milliseconds} ms"
    )]
    private partial void LogProcessed(
        int records,
        string shardId,
        string sequenceNumber,
        int purchases,
        double milliseconds
    );
}
