using System.Threading.Channels;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Frees packs whose objects are mostly deleted or replaced. Moves the remaining objects to the newest pack with
/// ordinary commits, after which the old pack is deleted. Runs in the background. Readers of a moved object continue,
/// and a crash leaves each object in exactly one pack.
/// </summary>
internal sealed partial class PackCompaction(ObjectStore store, ILogger logger) : IDisposable
{
    private const long MinFreedBytes = 32 * 1024 * 1024; // Between two searches.
    private const int MaxConcurrentMoves = 64; // A few megabytes.

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly HashSet<long> _unreadable = [];
    private Task _run = Task.CompletedTask;
    private long _freedAtLastSearch;

    /// <summary>Starts the background task, which searches once and then each time it is woken.</summary>
    public void Start()
    {
        _wake.Writer.TryWrite(true);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Wakes the background task if enough bytes were freed. The commit thread calls it.</summary>
    public void WakeIfNeeded()
    {
        if (store.Catalog.FreedPackBytes - _freedAtLastSearch < MinFreedBytes)
            return;
        _freedAtLastSearch = store.Catalog.FreedPackBytes;
        _wake.Writer.TryWrite(true);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.Wait();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _wake.Reader.ReadAsync(_stop.Token);
                if (store.Catalog.Damage is null) // A restored journal may reference the old packs.
                    await CompactAsync();
            }
        }
        catch (OperationCanceledException) { }
        catch (ObjectDisposedException) { }
    }

    private async Task CompactAsync()
    {
        var (packs, buckets) = SelectPacks();
        if (packs.Count == 0)
            return;
        var moved = 0;
        foreach (var bucket in buckets)
        {
            foreach (var page in store.Catalog.ReadPages(bucket))
            {
                foreach (
                    var entries in page.Where(entry => entry.IsPacked && packs.Contains(entry.FileId))
                        .Chunk(MaxConcurrentMoves)
                )
                {
                    _stop.Token.ThrowIfCancellationRequested();
                    await Task.WhenAll(entries.Select(entry => MoveAsync(bucket.Name, entry)));
                    moved += entries.Length;
                }
            }
        }
        LogCompacted(logger, packs.Count, moved);
    }

    /// <summary>Selects packs of which less than half is used, except the newest, which may still be filled.</summary>
    private (HashSet<long> Packs, Bucket[] Buckets) SelectPacks()
    {
        KeyValuePair<long, long>[] packs;
        Bucket[] buckets;
        lock (store.Catalog.Gate)
            (packs, buckets) = ([.. store.Catalog.Packs], [.. store.Catalog.Buckets.Values]);
        return (
            [
                .. packs
                    .OrderBy(pack => pack.Key)
                    .SkipLast(1)
                    .Where(pack => !_unreadable.Contains(pack.Key) && store.Files.Length(pack.Key) > 2 * pack.Value)
                    .Select(pack => pack.Key),
            ],
            buckets
        );
    }

    private async Task MoveAsync(string bucket, ObjectEntry entry)
    {
        try
        {
            var bytes = new byte[entry.PackedBytes];
            using (var file = store.Files.Open(entry.FileId))
            {
                // Copy the checksums unchanged. A reader detects damage in the new pack, too.
                if (RandomAccess.Read(file, bytes, entry.Offset) != bytes.Length)
                    throw new EndOfStreamException();
            }
            await store.MoveAsync(bucket, entry, new PackedContent(bytes));
        }
        catch (FileNotFoundException)
        {
            // The pack is unreferenced and was deleted.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _unreadable.Add(entry.FileId);
            LogNotMoved(logger, error, entry.FileId);
        }
    }

    [LoggerMessage(
        14,
        LogLevel.Information,
        "Compacted {Packs} packs of small objects; moved {Moved} objects to a new pack"
    )]
    private static partial void LogCompacted(ILogger logger, int packs, int moved);

    [LoggerMessage(15, LogLevel.Warning, "Could not compact data file {FileId:x10}; the next start retries")]
    private static partial void LogNotMoved(ILogger logger, Exception error, long fileId);
}
