namespace LocalCloud.Objects.Storage;

/// <summary>
/// Deletes unreferenced data files of earlier runs, left by interrupted writes and by objects replaced just before a
/// crash. Runs in the background once after each start.
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
            return; // The damaged part of the journal may reference the files.
        try
        {
            var referenced = FindReferencedFiles();
            var deleted = 0;
            foreach (var id in _files.EarlierFiles())
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (referenced.Contains(id))
                    continue;
                _files.Delete(id);
                deleted++;
            }
            if (deleted > 0)
                LogSwept(deleted);
            if (_catalog.Buckets.Values.Sum(bucket => bucket.Objects.Count) >= ManyObjects)
                // Return the start's temporary memory to the system. No other collection would do so soon.
                GC.Collect(2, GCCollectionMode.Aggressive);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested) { }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogStopped(error); // The unreadable file may reference others, so keep all.
        }
    }

    private HashSet<long> FindReferencedFiles()
    {
        var ids = new HashSet<long>(); // A set, because objects share packs.
        var withExtents = new List<long>();
        Bucket[] buckets;
        lock (_catalog.Gate)
        {
            // Uploads first: if one is completed meanwhile, its parts are found here or through its object.
            foreach (var upload in _catalog.Uploads.Values)
            {
                ids.Add(upload.FileId);
                ids.UnionWith(upload.Parts.Values.Select(part => part.FileId));
            }
            buckets = [.. _catalog.Buckets.Values];
        }
        foreach (var bucket in buckets)
        {
            foreach (var page in _catalog.ReadPages(bucket))
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
                // Deleted meanwhile with its parts.
            }
        }
        return ids;
    }

    [LoggerMessage(11, LogLevel.Information, "Deleted {Count} unreferenced data files")]
    private partial void LogSwept(int count);

    [LoggerMessage(12, LogLevel.Warning, "Could not search for unreferenced data files; the next start retries")]
    private partial void LogStopped(Exception error);
}
