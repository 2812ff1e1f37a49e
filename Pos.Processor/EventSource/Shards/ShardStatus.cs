using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>
/// Tracks how reading and processing of a shard go. Logs the first failure and the recovery, not each retry.
/// </summary>
internal sealed partial class ShardStatus(string shardId, string checkpoint, ILogger logger)
{
    /// <summary>Lane number that stands for storing checkpoints. Real lanes are numbered from 0.</summary>
    public const int Checkpointing = -1;

    // Decay of the arrival rate per read: the last seven reads with records make up half of it.
    private const double RateDecay = 0.9;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, string> _failures = [];
    private IReadOnlyList<StreamRecord> _pending = [];
    private int _firstPending; // Index of the first one beyond the checkpoint.
    private DateTimeOffset? _lastArrival;
    private (double Records, double Milliseconds) _arrivals;
    private long _recordsRead;
    private long _millisBehindLatest;
    private string? _readFailure;
    private bool _hasRead;

    public string ShardId => shardId;

    /// <summary>The stored checkpoint: <see cref="EventSource.Checkpoint"/>.</summary>
    public string Checkpoint { get; private set; } = checkpoint;

    /// <summary>Number of records processed or discarded.</summary>
    public long Records { get; private set; }

    /// <summary>Number of failed attempts.</summary>
    public long Retries { get; private set; }

    /// <summary>The failure that blocks the shard; null if there is none.</summary>
    public string? Failure
    {
        get
        {
            lock (_lock)
                return _failures.Count > 0 ? _failures.Values.First() : _readFailure;
        }
    }

    /// <summary>
    /// Age of the oldest record that was read and not yet processed, which grows while a batch is retried. If there is
    /// none, how far the last read was behind the shard's newest record. Null before the first read.
    /// </summary>
    public long? IteratorAgeMilliseconds(DateTimeOffset now)
    {
        lock (_lock)
            return _firstPending < _pending.Count
                    ? Math.Max(0, (long)(now - _pending[_firstPending].ArrivedAt).TotalMilliseconds)
                : _hasRead ? _millisBehindLatest
                : null;
    }

    /// <summary>
    /// Number of records between the checkpoint and the end of the shard: those read and not yet processed, plus an
    /// estimate of those not read. Kinesis does not report the latter, so it is the time that the last read was behind
    /// the newest record, multiplied by the arrival rate of the records read last. Null before the first read. Exact
    /// when the last read reached the end.
    /// </summary>
    public long? LagRecords
    {
        get
        {
            lock (_lock)
            {
                var rate = _arrivals.Milliseconds > 0 ? _arrivals.Records / _arrivals.Milliseconds : 0;
                return _hasRead ? _recordsRead - Records + (long)(_millisBehindLatest * rate) : null;
            }
        }
    }

    /// <summary>Returns the shard's backlog, or null before the first read.</summary>
    public ShardBacklog? Backlog(DateTimeOffset now) =>
        IteratorAgeMilliseconds(now) is { } age && LagRecords is { } lag ? new(age, lag, now) : null;

    /// <summary>Records a successful read. Returns true if the one before had failed.</summary>
    public bool RecordRead(ShardRead read)
    {
        lock (_lock)
        {
            _hasRead = true;
            _millisBehindLatest = read.MillisBehindLatest;
            _recordsRead += read.Records.Count;
            if (read.Records is not [])
            {
                var last = read.Records[^1].ArrivedAt;
                var span = (last - (_lastArrival ?? read.Records[0].ArrivedAt)).TotalMilliseconds;
                _arrivals = (
                    _arrivals.Records * RateDecay + read.Records.Count,
                    _arrivals.Milliseconds * RateDecay + Math.Max(0, span)
                );
                _lastArrival = last;
            }
            var wasFailing = _readFailure is not null;
            _readFailure = null;
            return wasFailing;
        }
    }

    /// <summary>Records a failed read. Returns true if the one before had succeeded.</summary>
    public bool RecordReadFailure(Exception cause)
    {
        lock (_lock)
        {
            var isFirst = _readFailure is null;
            _readFailure = Text(cause);
            return isFirst;
        }
    }

    /// <summary>Records that processing of these records starts, and that all earlier ones are processed.</summary>
    public void Begin(IReadOnlyList<StreamRecord> records)
    {
        lock (_lock)
            (_pending, _firstPending) = (records, 0);
    }

    /// <summary>Counts records that were processed or discarded.</summary>
    public void Complete(int records)
    {
        lock (_lock)
            Records += records;
    }

    /// <summary>Subtracts records that had been processed before they were read.</summary>
    public void Skip(int records)
    {
        lock (_lock)
            _recordsRead -= records;
    }

    /// <summary>Records a stored checkpoint.</summary>
    public void MoveCheckpoint(string sequenceNumber)
    {
        lock (_lock)
        {
            Checkpoint = sequenceNumber;
            while (
                _firstPending < _pending.Count
                && SequenceNumber.Compare(_pending[_firstPending].SequenceNumber, sequenceNumber) <= 0
            )
                _firstPending++;
            if (_firstPending == _pending.Count)
                (_pending, _firstPending) = ([], 0);
        }
    }

    /// <summary>Records that this lane failed at this record and will be retried.</summary>
    public void ReportFailure(int lane, string sequenceNumber, Exception cause)
    {
        lock (_lock)
        {
            Retries++;
            var isFirst = _failures.Count == 0;
            _failures[lane] = Text(cause);
            if (!isFirst)
                return;
        }
        LogFailing(logger, shardId, sequenceNumber, cause.GetType().Name, cause.Message);
    }

    /// <summary>Records that this lane succeeds again.</summary>
    public void ReportRecovery(int lane)
    {
        lock (_lock)
        {
            if (!_failures.Remove(lane) || _failures.Count > 0)
                return;
        }
        LogRecovered(logger, shardId);
    }

    private static string Text(Exception cause) => $"{cause.GetType().Name}: {cause.Message}";

    [LoggerMessage(
        2010,
        LogLevel.Warning,
        "Shard {ShardId} blocked at record {SequenceNumber}; retrying: {Exception}: {Reason}"
    )]
    private static partial void LogFailing(
        ILogger logger,
        string shardId,
        string sequenceNumber,
        string exception,
        string reason
    );

    [LoggerMessage(2011, LogLevel.Information, "Shard {ShardId} recovered")]
    private static partial void LogRecovered(ILogger logger, string shardId);
}
