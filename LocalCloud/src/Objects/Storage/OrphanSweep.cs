namespace LocalCloud.Objects.Storage;

/// <summary>
/// Deletes the data files of earlier runs that nothing names: of writes that a crash interrupted, and of objects
/// replaced just before it. In the background, once after a start; nothing waits for it.
/// </summary>
internal sealed partial class OrphanSweep : IDisposable
{
    private const int ManyObjects = 100_000;
    private readonly Catalog _catalog;
    private readonly DataFiles _files;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public OrphanSweep(Catalog catalog, DataFiles files, ILogger logger)
    {
        (_catalog, _files, _logger) = (catalog, files, logger);
        _run = Task.Factory.StartNew(
            Run,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.Wait();
        _stop.Dispose();
    }

    private void Run()
    {
        if (_catalog.Damage is not null)
            return; // what seems unnamed may be named where the journal cannot be read
        try
        {
            var named = Named();
            var deleted = 0;
            foreach (var id in _files.EarlierFiles())
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (named.Contains(id))
                    continue;
                _files.Delete(id);
                deleted++;
            }
            if (deleted > 0)
                LogSwept(deleted);
            if (_catalog.Buckets.Values.Sum(bucket => bucket.Objects.Count) >= ManyObjects)
                // what the start has read and dropped goes back to the system; nothing else would collect it soon
                GC.Collect(2, GCCollectionMode.Aggressive);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogStopped(error); // a file that cannot be read may name others: rather keep them all
        }
    }

    private HashSet<long> Named()
    {
        var ids = new HashSet<long>(); // a pack is many objects'
        var withExtents = new List<long>();
        Bucket[] buckets;
        lock (_catalog.Gate)
        {
            // Uploads first: when one is completed meanwhile, its parts are known here, or else by its object.
            foreach (var upload in _catalog.Uploads.Values)
            {
                ids.Add(upload.FileId);
                ids.UnionWith(upload.Parts.Values.Select(part => part.FileId));
            }
            buckets = [.. _catalog.Buckets.Values];
        }
        foreach (var bucket in buckets)
        {
            foreach (var page in _catalog.Pages(bucket))
            {
                _stop.Token.ThrowIfCancellationRequested();
                foreach (var entry in page)
                {
                    if (entry.PartCount > 0)
                        withExtents.Add(entry.FileId);
                    else
                        ids.Add(entry.FileId);
                }
            }
        }
        foreach (var id in withExtents)
        {
            _stop.Token.ThrowIfCancellationRequested();
            ids.Add(id);
            try
            {
                using var file = _files.Open(id);
                ids.UnionWith(DataFiles.ReadAttributes(file, id).Extents.Select(extent => extent.FileId));
            }
            catch (FileNotFoundException)
            {
                // Deleted since, and its parts with it.
            }
        }
        return ids;
    }

    [LoggerMessage(11, LogLevel.Information, "Deleted {Count} data files that no object names")]
    private partial void LogSwept(int count);

    [LoggerMessage(12, LogLevel.Warning, "Data files that no object names are kept until the next start")]
    private partial void LogStopped(Exception error);
}
