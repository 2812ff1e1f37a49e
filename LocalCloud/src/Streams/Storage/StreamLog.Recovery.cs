namespace LocalCloud.Streams.Storage;

internal sealed partial class StreamLog
{
    /// <summary>
    /// Opens a stream's log. Reads only the index of full segments. Scans the last segment and truncates its torn
    /// tail: a round that was not flushed when the process or the machine stopped.
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
        var damages = new LogDamageList(logger);
        foreach (var path in paths[..^1])
            segments.Add(
                LogSegment.ReadIndex(path) is { } index
                    ? LogSegment.Open(path, files, index)
                    : Rebuild(path, files, damages, logger)
            );
        segments.Add(Recover(paths[^1], files, damages, logger));
        return new StreamLog(folder, files, segmentBytes, segments, damages);
    }

    private static LogSegment Recover(string path, ILogFiles files, LogDamageList damages, ILogger logger)
    {
        var (segment, scan) = Scan(path, files, isLast: true, damages);
        if (scan.TornAt is { } torn)
        {
            LogTornTail(logger, path, torn, segment.File.Length - torn);
            segment.File.Truncate(torn);
        }
        // The scan may have read pages that the previous process never flushed. They count as acknowledged from here
        // on, so flush them.
        segment.File.Flush();
        return segment;
    }

    private static LogSegment Rebuild(string path, ILogFiles files, LogDamageList damages, ILogger logger)
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
        LogDamageList damages
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
        "Truncated the torn tail of '{Path}' at offset {Offset} ({Bytes} bytes, never acknowledged)"
    )]
    private static partial void LogTornTail(ILogger logger, string path, long offset, long bytes);

    [LoggerMessage(
        112,
        LogLevel.Warning,
        "The index of '{Path}' is missing or damaged; rebuilding it from the segment"
    )]
    private static partial void LogIndexRebuilt(ILogger logger, string path);
}
