namespace LocalCloud.Streams.Limits;

/// <summary>What one shard takes and gives a second (Kinesis quotas: "Each shard can support ...").</summary>
internal sealed class ShardThroughput(DateTimeOffset now)
{
    private const int BytesIn = 1024 * 1024;
    private const int RecordsIn = 1000;
    private const int BytesOut = 2 * 1024 * 1024;
    private const int CallsOut = 5;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private RateBucket _bytesIn = new(BytesIn, s_second, now);
    private RateBucket _recordsIn = new(RecordsIn, s_second, now);
    private RateBucket _reads = new(CallsOut, s_second, now);
    private RateBucket _iterators = new(CallsOut, s_second, now);
    private DateTimeOffset _secondOfReads = now;
    private DateTimeOffset _readAgainAt = now;
    private long _bytesInSecondOfReads;

    /// <param name="bytes">Of the record's data and partition key.</param>
    /// <param name="now">The time.</param>
    public bool TryPut(int bytes, DateTimeOffset now)
    {
        lock (_gate)
            return _bytesIn.Has(bytes, now) && _recordsIn.TryTake(1, now) && _bytesIn.TryTake(bytes, now);
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
    /// Counts what a read gave. A call may give 10 MiB, five seconds' worth; then the next five seconds' calls are
    /// refused (GetRecords).
    /// </summary>
    public void HasRead(long bytes, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now - _secondOfReads >= s_second)
                (_secondOfReads, _bytesInSecondOfReads) = (now, 0);
            _bytesInSecondOfReads += bytes;
            if (_bytesInSecondOfReads >= BytesOut)
                _readAgainAt = _secondOfReads + s_second * ((double)_bytesInSecondOfReads / BytesOut);
        }
    }
}
