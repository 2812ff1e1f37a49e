namespace LocalCloud.Streams.Storage;

internal sealed partial class StreamLog
{
    /// <summary>
    /// Opens a stream's log. Of full segments only the index is read; the last segment is read whole, and its torn
    /// tail cut: a round that was not flushed when the process or the power went.
    /// </summary>
    public static StreamLog Open(string folder, ILogFiles files, int segmentBytes, ILogger logger)
    {
        Directory.CreateDirectory(folder);
        string[] paths =
        [
            .. Directory
                .GetFiles(folder, "*" + LogSegment.Suffix)
                .Where(LogSegment.IsSegment)
                .Order(StringComparer.Ordinal),
        ];
        if (paths.Length == 0)
            paths = [LogSegment.PathOf(folder, 0)];

        var segments = new List<LogSegment>();
        var damages = new LogDamages(logger);
        foreach (var path in paths[..^1])
            segments.Add(
                LogSegment.ReadIndex(path) is { } index
                    ? LogSegment.Open(path, files, index)
                    : Rebuild(path, files, damages, logger)
            );
        segments.Add(Recover(paths[^1], files, damages, logger));
        return new StreamLog(folder, files, segmentBytes, segments, damages);
    }

    private static LogSegment Recover(string path, ILogFiles files, LogDamages damages, ILogger logger)
    {
        var (segment, scan) = Scan(path, files, isLast: true, damages);
        if (scan.TornAt is { } torn)
        {
            LogTornTail(logger, path, torn, segment.File.Length - torn);
            segment.File.Truncate(torn);
        }
        // What was read from the page cache of a dead process is acknowledged from here on: put it on disk first.
        segment.File.Flush();
        return segment;
    }

    private static LogSegment Rebuild(string path, ILogFiles files, LogDamages damages, ILogger logger)
    {
        LogIndexRebuilt(logger, path);
        var (segment, _) = Scan(path, files, isLast: false, damages);
        segment.WriteIndex();
        return segment;
    }

    private static (LogSegment Segment, SegmentScan.Result Scan) Scan(
        string path,
        ILogFiles files,
        bool isLast,
        LogDamages damages
    )
    {
        var opened = LogSegment.Open(path, files, new SegmentIndex());
        var scan = SegmentScan.Run(path, opened.File, opened.BaseOrdinal, isLast);
        foreach (var damage in scan.Damages)
            damages.Report(damage);
        return (new LogSegment(path, opened.BaseOrdinal, opened.File, scan.Index), scan);
    }

    [LoggerMessage(
        110,
        LogLevel.Warning,
        "Cut the torn tail of '{Path}' at offset {Offset}: {Bytes} bytes that were never acknowledged"
    )]
    private static partial void LogTornTail(ILogger logger, string path, long offset, long bytes);

    [LoggerMessage(
        112,
        LogLevel.Warning,
        "The index of '{Path}' is missing or damaged; read the segment to rebuild it"
    )]
    private static partial void LogIndexRebuilt(ILogger logger, string path);
}
