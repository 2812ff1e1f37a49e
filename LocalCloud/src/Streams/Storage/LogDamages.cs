namespace LocalCloud.Streams.Storage;

/// <summary>Bytes that were acknowledged and are not what was written. They are never served.</summary>
/// <param name="File">The segment's path.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Bytes">Up to the next chunk that is whole.</param>
/// <param name="FirstOrdinal">The first ordinal that is missing.</param>
/// <param name="Ordinals">How many are missing, at most: one a record and a few for reshards. Null when nothing whole
/// follows in the part of the file that was read.</param>
internal sealed record LogDamage(string File, long Offset, long Bytes, long FirstOrdinal, long? Ordinals);

/// <summary>What of a log was found damaged, each place once.</summary>
internal sealed partial class LogDamages(ILogger logger)
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
        LogDamaged(logger, damage.File, damage.Offset, damage.Bytes, damage.FirstOrdinal, damage.Ordinals);
    }

    /// <summary>The file has been deleted: its records were past retention.</summary>
    public void Forget(string file)
    {
        lock (_gate)
        {
            foreach (var place in _found.Keys.Where(place => place.File == file).ToList())
                _found.Remove(place);
        }
    }

    [LoggerMessage(
        111,
        LogLevel.Error,
        "The log is damaged: '{File}' at offset {Offset}, {Bytes} bytes. Reads leave out the records there, from ordinal {FirstOrdinal} on ({Ordinals} ordinals), and go on behind them"
    )]
    private static partial void LogDamaged(
        ILogger logger,
        string file,
        long offset,
        long bytes,
        long firstOrdinal,
        long? ordinals
    );
}
