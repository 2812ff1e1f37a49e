namespace Pos.LocalCloud.Objects.Storage;

/// <summary>
/// Deletes the data files of earlier runs that nothing names: of writes that a crash interrupted, and of objects replaced just before it.
/// In the background, once after a start; nothing waits for it.
/// </summary>
internal sealed partial class OrphanSweep : IDisposable
{
    private readonly Catalog _catalog;
    private readonly DataFiles _files;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public OrphanSweep(Catalog catalog, DataFiles files, ILogger logger)
    {
        (_catalog, _files, _logger) = (catalog, files, logger);
        _run = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.Wait();
        _stop.Dispose();
    }

    private void Run()
    {
        try
        {
            var named = Named();
            var deleted = 0;
            foreach (var id in _files.EarlierFiles())
            {
                _stop.Token.ThrowIfCancellationRequested();
                if (Array.BinarySearch(named, id) >= 0)
                    continue;
                _files.Delete(id);
                deleted++;
            }
            if (deleted > 0)
                LogSwept(deleted);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogStopped(error); // a file that cannot be read may name others: rather keep them all
        }
    }

    private long[] Named()
    {
        var ids = new List<long>();
        var withExtents = new List<long>();
        lock (_catalog.Gate)
        {
            foreach (var bucket in _catalog.Buckets.Values)
            {
                foreach (var entry in bucket.Objects.From([]))
                    (entry.PartCount > 0 ? withExtents : ids).Add(entry.FileId);
            }
            foreach (var upload in _catalog.Uploads.Values)
            {
                ids.Add(upload.FileId);
                ids.AddRange(upload.Parts.Values.Select(part => part.FileId));
            }
        }
        foreach (var id in withExtents)
        {
            _stop.Token.ThrowIfCancellationRequested();
            ids.Add(id);
            try
            {
                using var file = _files.Open(id);
                ids.AddRange(DataFiles.ReadAttributes(file, id).Extents.Select(extent => extent.FileId));
            }
            catch (FileNotFoundException)
            {
                // Deleted since, and its parts with it.
            }
        }
        var sorted = ids.ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    [LoggerMessage(11, LogLevel.Information, "Deleted {Count} data files that no object names")]
    private partial void LogSwept(int count);

    [LoggerMessage(12, LogLevel.Warning, "Data files that no object names are kept until the next start")]
    private partial void LogStopped(Exception error);
}
