namespace LocalCloud.Streams.Storage;

/// <summary>Acknowledged bytes of a log that are corrupt. They are never served.</summary>
/// <param name="File">The segment's path.</param>
/// <param name="Offset">The damage's start in the file.</param>
/// <param name="Bytes">The length up to the next valid chunk.</param>
/// <param name="FirstOrdinal">The first missing ordinal.</param>
/// <param name="Ordinals">The maximum number of missing ordinals: one per record and a few for reshards. Null if no
/// valid chunk follows in the part of the file that was read.</param>
internal sealed record LogDamage(string File, long Offset, long Bytes, long FirstOrdinal, long? Ordinals);

/// <summary>The damage found in a log so far. Each damaged range is listed and logged once.</summary>
internal sealed partial class LogDamageList(ILogger logger)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string File, long Offset), LogDamage> _found = [];

    public IReadOnlyList<LogDamage> All
    {
        get
        {
            lock (_gate)
                return [.. _found.Values];
        }
    }

    public void Report(LogDamage damage)
    {
        lock (_gate)
        {
            if (!_found.TryAdd((damage.File, damage.Offset), damage))
                return;
        }
        LogDamaged(logger, damage.File, damage.Offset, damage.Bytes, damage.Ordinals, damage.FirstOrdinal);
    }

    /// <summary>Removes the damage of a file that retention has deleted.</summary>
    public void Forget(string file)
    {
        lock (_gate)
        {
            foreach (var range in _found.Keys.Where(range => range.File == file).ToList())
                _found.Remove(range);
        }
    }

    [LoggerMessage(
        111,
        LogLevel.Error,
        "Log '{File}' is damaged at offset {Offset} ({Bytes} bytes); "
            + "reads skip {Ordinals} ordinals from {FirstOrdinal} on"
    )]
    private static partial void LogDamaged(
        ILogger logger,
        string file,
        long offset,
        long bytes,
        long? ordinals,
        long firstOrdinal
    );
}
