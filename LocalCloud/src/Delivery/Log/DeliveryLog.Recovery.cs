namespace LocalCloud.Delivery.Log;

internal sealed partial class DeliveryLog
{
    /// <summary>Damaged parts of the log, which cannot be delivered, by offset.</summary>
    public IReadOnlyList<LogDamage> Damage
    {
        get
        {
            lock (_lock)
                return [.. _damage.Values];
        }
    }

    /// <summary>
    /// Opens or creates the folder's log. Checks every entry from <paramref name="deliveredTo"/> on, truncates a torn
    /// tail and reports damage before it.
    /// </summary>
    /// <exception cref="StartRefusedException">A file with acknowledged records is missing.</exception>
    public static DeliveryLog Open(string folder, long deliveredTo, long segmentBytes, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        var segments = LogSegment.OpenAll(folder);
        if (segments.Count == 0)
            segments.Add(LogSegment.Create(folder, deliveredTo));
        EnsureComplete(segments, deliveredTo);
        var damage = new SortedDictionary<long, LogDamage>();
        foreach (var segment in segments.Where(segment => segment.End > deliveredTo))
            Check(segment, Math.Max(segment.Start, deliveredTo), isLast: segment == segments[^1], damage, logger);
        segments[^1].Flush();
        var log = new DeliveryLog(folder, segmentBytes, segments, damage, logger);
        log.DropBefore(deliveredTo);
        return log;
    }

    /// <summary>
    /// Reports a damaged entry once. Returns the offset of the next intact entry, in this file or the next, or else the
    /// log's end.
    /// </summary>
    public long SkipDamage(long offset)
    {
        lock (_lock)
        {
            var segment = _segments.Last(candidate => candidate.Start <= offset);
            if (_damage.TryGetValue(offset, out var known))
                return offset + known.Bytes;
            var next = segment.FindIntact(offset + 1) ?? segment.End;
            ReportDamage(segment, offset, next, _damage, _logger);
            return next;
        }
    }

    private static void EnsureComplete(List<LogSegment> segments, long deliveredTo)
    {
        for (var i = 1; i < segments.Count; i++)
        {
            if (segments[i].Start != segments[i - 1].End && segments[i - 1].End > deliveredTo)
                throw new StartRefusedException(
                    $"The file before '{segments[i]}' is missing from the delivery log. "
                        + "It has acknowledged records: restore the file."
                );
        }
        if (deliveredTo < segments[0].Start || deliveredTo > segments[^1].End)
            throw new StartRefusedException(
                $"The delivery log '{segments[0]}' does not include the offset of the last delivery "
                    + $"({deliveredTo}). Restore its files."
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
        var buffer = new byte[LogEntry.HeaderBytes + LogEntry.MaxDataBytes];
        for (var at = from; at < segment.End; )
        {
            var length = segment.IntactLength(at, buffer);
            if (length > 0)
            {
                at += length;
                continue;
            }
            // A crash can tear only the end of the last file, which was never acknowledged. If an intact entry follows,
            // this one was acknowledged.
            var next = segment.FindIntact(at + 1);
            if (next is null && isLast)
            {
                LogTornTail(logger, segment.ToString(), at - segment.Start, segment.End - at);
                segment.Truncate(at);
                return;
            }
            ReportDamage(segment, at, next ?? segment.End, damage, logger);
            at = next ?? segment.End;
        }
    }

    private static void ReportDamage(
        LogSegment segment,
        long from,
        long to,
        SortedDictionary<long, LogDamage> damage,
        ILogger logger
    )
    {
        damage[from] = new LogDamage(segment.ToString(), from - segment.Start, to - from);
        LogDamaged(logger, segment.ToString(), from - segment.Start, to - from, segment.SaveCopy(from, to));
    }

    [LoggerMessage(
        301,
        LogLevel.Warning,
        "Truncated the torn tail of '{Segment}' at offset {Offset} ({Bytes} bytes, never acknowledged)"
    )]
    private static partial void LogTornTail(ILogger logger, string segment, long offset, long bytes);

    [LoggerMessage(
        303,
        LogLevel.Error,
        "Delivery log '{Segment}' is damaged at offset {Offset} ({Bytes} bytes); skipped the bytes and saved them "
            + "to '{Copy}'. Delivery continues after them"
    )]
    private static partial void LogDamaged(ILogger logger, string segment, long offset, long bytes, string copy);
}
