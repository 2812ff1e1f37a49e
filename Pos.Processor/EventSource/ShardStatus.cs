namespace Pos.Processor.EventSource;

/// <summary>How a shard's reading and processing goes. Says so in the log when it begins to fail and when it is well again, not in between.</summary>
internal sealed partial class ShardStatus(string shardId, string checkpoint, ILogger logger)
{
    private readonly Lock _lock = new();
    private bool _failing;

    public string ShardId => shardId;
    public string Checkpoint { get; private set; } = checkpoint;
    public long Records { get; private set; }
    public long Retries { get; private set; }

    /// <summary>How far the last read was behind the shard's newest record; null before the first.</summary>
    public long? MillisBehindLatest { get; private set; }

    /// <summary>What keeps the shard from going on; null when nothing does.</summary>
    public string? Failure { get; private set; }

    public void Read(long millisBehindLatest)
    {
        lock (_lock)
            MillisBehindLatest = millisBehindLatest;
    }

    public void Done(int records, string sequenceNumber)
    {
        lock (_lock)
        {
            Records += records;
            Checkpoint = sequenceNumber;
        }
    }

    /// <summary>The batch from this record on failed, and will be tried again.</summary>
    public void Failing(string sequenceNumber, Exception cause)
    {
        lock (_lock)
        {
            Retries++;
            Failure = $"{cause.GetType().Name}: {cause.Message}";
            if (_failing)
                return;
            _failing = true;
        }
        LogHeld(logger, shardId, sequenceNumber, cause.GetType().Name, cause.Message);
    }

    public void Recovered()
    {
        lock (_lock)
        {
            Failure = null;
            if (!_failing)
                return;
            _failing = false;
        }
        LogResumed(logger, shardId);
    }

    [LoggerMessage(2010, LogLevel.Warning, "Shard {ShardId} waits at record {SequenceNumber}, and is tried again until it succeeds: {Exception}: {Reason}")]
    private static partial void LogHeld(ILogger logger, string shardId, string sequenceNumber, string exception, string reason);

    [LoggerMessage(2011, LogLevel.Information, "Shard {ShardId} goes on")]
    private static partial void LogResumed(ILogger logger, string shardId);
}
