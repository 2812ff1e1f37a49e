using Pos.Storage;
using Pos.Storage.Leases;

namespace Pos.Processor.EventSource.Shards;

/// <summary>
/// How a shard's reading and processing goes. Says so in the log when it begins to fail and when it is well again, not
/// in between.
/// </summary>
internal sealed partial class ShardStatus(string shardId, string checkpoint, ILogger logger)
{
    /// <summary>Stands for storing the checkpoint, where lanes are counted from 0.</summary>
    public const int Checkpointing = -1;

    // How much of the past the rate of arrivals remembers: half of it is of the last seven reads that found something.
    private const double RateMemory = 0.9;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, string> _failures = [];
    private IReadOnlyList<StreamRecord> _inHand = [];
    private int _firstInHand; // The first of them that is beyond the checkpoint.
    private DateTimeOffset? _lastArrival;
    private (double Records, double Milliseconds) _arrivals;
    private long _recordsRead;
    private long _millisBehindLatest;
    private string? _readFailure;
    private bool _hasRead;

    public string ShardId => shardId;

    /// <summary>As stored: <see cref="EventSource.Checkpoint"/>.</summary>
    public string Checkpoint { get; private set; } = checkpoint;

    /// <summary>Records that were processed or given up.</summary>
    public long Records { get; private set; }

    /// <summary>Attempts that failed.</summary>
    public long Retries { get; private set; }

    /// <summary>What keeps the shard from going on; null when nothing does.</summary>
    public string? Failure
    {
        get
        {
            lock (_lock)
                return _failures.Count > 0 ? _failures.Values.First() : _readFailure;
        }
    }

    /// <summary>
    /// The age of the oldest record that was read and is not done, so that it grows while a batch is retried; else how
    /// far the last read was behind the shard's newest record. Null before the first read.
    /// </summary>
    public long? IteratorAgeMilliseconds(DateTimeOffset now)
    {
        lock (_lock)
            return _firstInHand < _inHand.Count
                    ? Math.Max(0, (long)(now - _inHand[_firstInHand].ArrivedAt).TotalMilliseconds)
                : _hasRead ? _millisBehindLatest
                : null;
    }

    /// <summary>
    /// Records between checkpoint and end of the shard: those read and not done, which are counted, and those not read
    /// yet, which Kinesis does not count: the time that the last read was behind the newest record, times the rate at
    /// which the records read last had arrived. Null before the first read; exact when that read everything.
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

    /// <summary>Null before the first read.</summary>
    public ShardBacklog? Backlog(DateTimeOffset now) =>
        IteratorAgeMilliseconds(now) is { } age && LagRecords is { } lag ? new(age, lag, now) : null;

    /// <summary>True when the shard could not be read before.</summary>
    public bool ReadSucceeded(ShardRead read)
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
                    _arrivals.Records * RateMemory + read.Records.Count,
                    _arrivals.Milliseconds * RateMemory + Math.Max(0, span)
                );
                _lastArrival = last;
            }
            var wasFailing = _readFailure is not null;
            _readFailure = null;
            return wasFailing;
        }
    }

    /// <summary>True when the shard could be read before.</summary>
    public bool ReadFailed(Exception cause)
    {
        lock (_lock)
        {
            var isNews = _readFailure is null;
            _readFailure = Text(cause);
            return isNews;
        }
    }

    /// <summary>These records, and none before them, are to be processed now.</summary>
    public void Begun(IReadOnlyList<StreamRecord> records)
    {
        lock (_lock)
            (_inHand, _firstInHand) = (records, 0);
    }

    /// <summary>So many records were processed or given up.</summary>
    public void Done(int records)
    {
        lock (_lock)
            Records += records;
    }

    /// <summary>So many of the records read had been done before they were read.</summary>
    public void Skipped(int records)
    {
        lock (_lock)
            _recordsRead -= records;
    }

    /// <summary>The checkpoint was stored.</summary>
    public void Checkpointed(string sequenceNumber)
    {
        lock (_lock)
        {
            Checkpoint = sequenceNumber;
            while (
                _firstInHand < _inHand.Count
                && SequenceNumber.Compare(_inHand[_firstInHand].SequenceNumber, sequenceNumber) <= 0
            )
                _firstInHand++;
            if (_firstInHand == _inHand.Count)
                (_inHand, _firstInHand) = ([], 0);
        }
    }

    /// <summary>What is done in this lane failed, from this record on, and will be tried again.</summary>
    public void Failing(int lane, string sequenceNumber, Exception cause)
    {
        lock (_lock)
        {
            Retries++;
            var isNews = _failures.Count == 0;
            _failures[lane] = Text(cause);
            if (!isNews)
                return;
        }
        LogHeld(logger, shardId, sequenceNumber, cause.GetType().Name, cause.Message);
    }

    public void Recovered(int lane)
    {
        lock (_lock)
        {
            if (!_failures.Remove(lane) || _failures.Count > 0)
                return;
        }
        LogResumed(logger, shardId);
    }

    private static string Text(Exception cause) => $"{cause.GetType().Name}: {cause.Message}";

    [LoggerMessage(
        2010,
        LogLevel.Warning,
        "Shard {ShardId} waits at record {SequenceNumber}, and is tried again until it succeeds: {Exception}: {Reason}"
    )]
    private static partial void LogHeld(
        ILogger logger,
        string shardId,
        string sequenceNumber,
        string exception,
        string reason
    );

    [LoggerMessage(2011, LogLevel.Information, "Shard {ShardId} goes on")]
    private static partial void LogResumed(ILogger logger, string shardId);
}
