using System.Threading.Channels;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Gives back the room of packs that are dead for the most part: moves what lives in them to the newest, by commits
/// like any other, after which nothing names them. In the background; whoever reads a moved object goes on reading, and
/// a crash leaves each object in one place.
/// </summary>
internal sealed partial class PackCompaction(ObjectStore store, ILogger logger) : IDisposable
{
    private const long LookEvery = 32 * 1024 * 1024; // bytes that have died
    private const int MovedAtOnce = 64; // a few megabytes

    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly HashSet<long> _unreadable = [];
    private Task _run = Task.CompletedTask;
    private long _looked;

    /// <summary>Looks once, and then whenever it is woken.</summary>
    public void Start()
    {
        _wake.Writer.TryWrite(true);
        _run = Task.Run(RunAsync);
    }

    /// <summary>Called by the commits' thread after each commit.</summary>
    public void Consider()
    {
        if (store.Catalog.BytesLeftInPacks - _looked < LookEvery)
            return;
        _looked = store.Catalog.BytesLeftInPacks;
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
                if (store.Catalog.Damage is null) // what a restored journal may name stays
                    await CompactAsync();
            }
        }
        catch (OperationCanceledException) { }
        catch (ObjectDisposedException) { }
    }

    private async Task CompactAsync()
    {
        var (packs, buckets) = Choose();
        if (packs.Count == 0)
            return;
        var moved = 0;
        foreach (var bucket in buckets)
        {
            foreach (var page in store.Catalog.Pages(bucket))
            {
                foreach (
                    var entries in page.Where(entry => entry.IsPacked && packs.Contains(entry.FileId))
                        .Chunk(MovedAtOnce)
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

    /// <summary>Packs of which less than half lives, but for the newest, which may still be filled.</summary>
    private (HashSet<long> Packs, Bucket[] Buckets) Choose()
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
                // With its checksums as they are: damage is told by who reads it, here or there.
                if (RandomAccess.Read(file, bytes, entry.Offset) != bytes.Length)
                    throw new EndOfStreamException();
            }
            await store.MoveAsync(bucket, entry, new PackedContent(bytes));
        }
        catch (FileNotFoundException)
        {
            // Nothing named it any more.
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
        "Gave back {Packs} packs of small objects that were dead for the most part; {Moved} objects were moved"
    )]
    private static partial void LogCompacted(ILogger logger, int packs, int moved);

    [LoggerMessage(
        15,
        LogLevel.Warning,
        "Data file {FileId:x10} cannot be compacted and stays as it is until the next start"
    )]
    private static partial void LogNotMoved(ILogger logger, Exception error, long fileId);
}
