namespace LocalCloud.Streams.Limits;

/// <summary>One shard's limits per second (Kinesis quotas: "Each shard can support ...").</summary>
internal sealed class ShardThroughput(DateTimeOffset now)
{
    private const int MaxBytesIn = 1024 * 1024;
    private const int MaxRecordsIn = 1000;
    private const int MaxBytesOut = 2 * 1024 * 1024;
    private const int MaxCallsOut = 5;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private RateBucket _bytesIn = new(MaxBytesIn, s_second, now);
    private RateBucket _recordsIn = new(MaxRecordsIn, s_second, now);
    private RateBucket _reads = new(MaxCallsOut, s_second, now);
    private RateBucket _iterators = new(MaxCallsOut, s_second, now);
    private DateTimeOffset _secondOfReads = now;
    private DateTimeOffset _readAgainAt = now;
    private long _bytesInSecondOfReads;

    /// <summary>Counts a record, or returns false if it exceeds a limit.</summary>
    /// <param name="bytes">Size of the record's data and partition key.</param>
    public bool TryPut(int bytes, DateTimeOffset now)
    {
        lock (_gate)
            return _bytesIn.HasCapacityFor(bytes, now) && _recordsIn.TryTake(1, now) && _bytesIn.TryTake(bytes, now);
    }

    public bool TryGetIterator(DateTimeOffset now)
    {
        lock (_gate)
            return _iterators.TryTake(1, now);
    }

    public bool TryRead(DateTimeOffset now)
    {
        lock (_gate)
            return now >= _readAgainAt && _reads.TryTake(1, now);
    }

    /// <summary>
    /// Counts the bytes that a read returned. A call may return 10 MiB, five seconds' worth. Calls in the next five
    /// seconds are then throttled (GetRecords).
    /// </summary>
    public void CountBytesRead(long bytes, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now - _secondOfReads >= s_second)
                (_secondOfReads, _bytesInSecondOfReads) = (now, 0);
            _bytesInSecondOfReads += bytes;
            if (_bytesInSecondOfReads >= MaxBytesOut)
                _readAgainAt = _secondOfReads + s_second * ((double)_bytesInSecondOfReads / MaxBytesOut);
        }
    }
}
