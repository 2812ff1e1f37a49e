namespace LocalCloud.Delivery.Log;

internal sealed partial class DeliveryLog
{
    /// <summary>What cannot be delivered because the disk no longer has it, by place in the log.</summary>
    public IReadOnlyList<LogDamage> Damage
    {
        get
        {
            lock (_lock)
                return [.. _damage.Values];
        }
    }

    /// <summary>
    /// Opens the folder's log, or makes one: checks every entry from <paramref name="deliveredTo"/> on, cuts a torn
    /// tail and tells of damage before it.
    /// </summary>
    /// <exception cref="StartRefusedException">A file that was acknowledged is missing.</exception>
    public static DeliveryLog Open(string folder, long deliveredTo, long segmentBytes, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        var segments = LogSegment.OpenAll(folder);
        if (segments.Count == 0)
            segments.Add(LogSegment.Create(folder, deliveredTo));
        EnsureWhole(segments, deliveredTo);
        var damage = new SortedDictionary<long, LogDamage>();
        foreach (var segment in segments.Where(segment => segment.End > deliveredTo))
            Check(segment, Math.Max(segment.Start, deliveredTo), isLast: segment == segments[^1], damage, logger);
        segments[^1].Flush();
        var log = new DeliveryLog(folder, segmentBytes, segments, damage, logger);
        log.DropBefore(deliveredTo);
        return log;
    }

    /// <summary>
    /// Where reading goes on behind an entry that is not what was written. Tells of the damage, once.
    /// </summary>
    /// <param name="offset">Where the entry begins.</param>
    /// <returns>Where the next intact one begins, in this file or the next; the log's end when there is none.</returns>
    public long AfterDamage(long offset)
    {
        lock (_lock)
        {
            var segment = _segments.Last(candidate => candidate.Start <= offset);
            if (_damage.TryGetValue(offset, out var known))
                return offset + known.Bytes;
            var next = segment.FindIntact(offset + 1) ?? segment.End;
            Note(segment, offset, next, _damage, _logger);
            return next;
        }
    }

    private static void EnsureWhole(List<LogSegment> segments, long deliveredTo)
    {
        for (var i = 1; i < segments.Count; i++)
        {
            if (segments[i].Start != segments[i - 1].End && segments[i - 1].End > deliveredTo)
                throw new StartRefusedException(
                    $"The delivery log lacks what stood before '{segments[i]}'. It was acknowledged, so it is not dropped: restore the file."
                );
        }
        if (deliveredTo < segments[0].Start || deliveredTo > segments[^1].End)
            throw new StartRefusedException(
                $"The delivery log '{segments[0]}' does not reach to what was delivered ({deliveredTo}): restore its files."
            );
    }

    private static void Check(
        LogSegment segment,
        long from,
        bool isLast,
        SortedDictionary<long, LogDamage> damage,
        ILogger logger
    )
    {
        var buffer = new byte[LogEntry.HeaderBytes + LogEntry.LargestData];
        for (var at = from; at < segment.End; )
        {
            var length = segment.IntactLength(at, buffer);
            if (length > 0)
            {
                at += length;
                continue;
            }
            // What a crash tears is the end of the last file, and was never acknowledged. With an entry behind it, it
            // was.
            var next = segment.FindIntact(at + 1);
            if (next is null && isLast)
            {
                LogTornTail(logger, segment.ToString(), segment.End - at, at - segment.Start);
                segment.CutAt(at);
                return;
            }
            Note(segment, at, next ?? segment.End, damage, logger);
            at = next ?? segment.End;
        }
    }

    private static void Note(
        LogSegment segment,
        long from,
        long to,
        SortedDictionary<long, LogDamage> damage,
        ILogger logger
    )
    {
        damage[from] = new LogDamage(segment.ToString(), from - segment.Start, to - from);
        LogDamaged(logger, segment.ToString(), from - segment.Start, to - from, segment.Keep(from, to));
    }

    [LoggerMessage(
        301,
        LogLevel.Warning,
        "Cut {Bytes} torn bytes at {Offset} of {Segment}: a write that was never acknowledged"
    )]
    private static partial void LogTornTail(ILogger logger, string segment, long bytes, long offset);

    [LoggerMessage(
        303,
        LogLevel.Error,
        "{Segment} is damaged at byte {Offset}: {Bytes} bytes are not what was written. They are left out and kept in {Copy}; what is behind them is delivered"
    )]
    private static partial void LogDamaged(ILogger logger, string segment, long offset, long bytes, string copy);
}
