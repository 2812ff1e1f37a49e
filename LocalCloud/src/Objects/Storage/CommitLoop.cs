using System.Collections.Concurrent;
using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

/// <summary>A write that waits for its commit.</summary>
/// <param name="scope">The object or upload that changes. A commit has at most one change per scope. A change without
/// a scope is committed alone.</param>
/// <param name="packed">Content to write to a pack before the journal references it; null if it is in a data file
/// already or there is none.</param>
/// <param name="decide">Reads the catalog under its gate and returns the entries to append, or throws an
/// <see cref="AwsException"/>.</param>
internal sealed class CatalogChange(
    string? scope,
    PackedContent? packed,
    Func<Catalog, IReadOnlyList<JournalEntry>> decide
)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? Scope => scope;
    public PackedContent? Packed => packed;

    /// <summary>Completes when the change is on disk and visible to readers.</summary>
    public Task Done => _done.Task;
    public IReadOnlyList<JournalEntry> Entries { get; private set; } = [];

    public void Decide(Catalog catalog) => Entries = decide(catalog);

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception error) => _done.TrySetException(error);
}

/// <summary>
/// The only writer of packs, journal and catalog. It decides waiting changes in order of arrival, writes them as one
/// frame, flushes once, then makes them visible to readers. This single order makes conditional writes exact.
/// </summary>
internal sealed partial class CommitLoop : IDisposable
{
    private const int MaxChanges = 1024;

    // Bytes of small objects per commit. It limits the time that later changes wait.
    private const int MaxRoundBytes = 4 * 1024 * 1024;

    // Entries. The replay of a shorter journal takes a fraction of a second in any case.
    private const long MinEntriesToRewrite = 100_000;
    private const long MinEntriesToRewriteAtStop = 10_000; // At stop, no caller waits for it.
    private readonly BlockingCollection<CatalogChange> _waiting = [];
    private readonly Catalog _catalog;
    private readonly Journal _journal;
    private readonly DataFiles _files;
    private readonly Pack _pack;
    private readonly PackCompaction _compaction;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private long _rewriteAt = MinEntriesToRewrite;

    public CommitLoop(Catalog catalog, Journal journal, DataFiles files, PackCompaction compaction, ILogger logger)
    {
        (_catalog, _journal, _files, _compaction, _logger) = (catalog, journal, files, compaction, logger);
        _pack = new Pack(files);
        _thread = new Thread(Run) { IsBackground = true, Name = "Object journal" };
        _thread.Start();
    }

    public Task CommitAsync(CatalogChange change)
    {
        try
        {
            _waiting.Add(change);
        }
        catch (InvalidOperationException)
        {
            throw new ObjectDisposedException(nameof(CommitLoop));
        }
        return change.Done;
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread.Join();
        _waiting.Dispose();
        _pack.Dispose();
        RewriteIfLong(MinEntriesToRewriteAtStop);
    }

    private void Run()
    {
        var batch = new List<CatalogChange>();
        var scopes = new HashSet<string>(StringComparer.Ordinal);
        CatalogChange? next = null;
        RewriteIfLong(_rewriteAt); // After a kill, for instance. It delays the first writes, but not the start.
        while (next is not null || _waiting.TryTake(out next, Timeout.Infinite))
        {
            batch.Clear();
            scopes.Clear();
            do
            {
                if (next.Scope is null ? batch.Count > 0 : !scopes.Add(next.Scope))
                    break; // Decide it in the next commit, when this one is visible.
                AddToBatch(next, batch);
                var alone = next.Scope is null;
                next = null;
                if (alone)
                    break;
            } while (batch.Count < MaxChanges && _pack.RoundBytes < MaxRoundBytes && _waiting.TryTake(out next));
            Commit(batch);
        }
    }

    private void AddToBatch(CatalogChange change, List<CatalogChange> batch)
    {
        try
        {
            if (change.Packed is { } content)
                AddToPack(content);
            lock (_catalog.Gate)
                change.Decide(_catalog);
            batch.Add(change);
        }
        catch (Exception error)
        {
            if (change.Packed is { } rejected)
                _pack.RemoveLast(rejected);
            change.Fail(error);
        }
    }

    private void Commit(List<CatalogChange> batch)
    {
        var unreferenced = new List<UnreferencedFile>();
        var entries = batch.SelectMany(change => change.Entries).ToList();
        try
        {
            _pack.Flush();
            if (entries.Count > 0)
                _journal.Append(entries);
        }
        catch (Exception error) // After any error, the loop must continue for other callers.
        {
            LogFailure(error, batch.Count);
            batch.ForEach(change => change.Fail(new IOException("The write could not be made durable.", error)));
            return;
        }

        lock (_catalog.Gate)
        {
            foreach (var entry in entries)
                _catalog.Apply(entry, unreferenced);
        }
        batch.ForEach(change => change.Succeed());
        Delete(unreferenced);
        _compaction.WakeIfNeeded();
        RewriteIfLong(_rewriteAt);
    }

    private void AddToPack(PackedContent content)
    {
        if (_pack.IsFull)
        {
            var full = _pack.FileId;
            _pack.Start();
            if (full >= 0 && !_catalog.Packs.ContainsKey(full)) // All its objects were replaced while it was filled.
                Delete([new UnreferencedFile(full)]);
        }
        _pack.Add(content);
    }

    private void Delete(List<UnreferencedFile> unreferenced)
    {
        foreach (var (fileId, withExtents) in unreferenced)
        {
            if (fileId == _pack.FileId)
                continue; // This pack is still being filled.
            try
            {
                if (withExtents)
                {
                    using var file = _files.Open(fileId);
                    foreach (var extent in DataFiles.ReadAttributes(file, fileId).Extents)
                        _files.Delete(extent.FileId);
                }
                _files.Delete(fileId);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                LogUndeleted(error, fileId); // The sweep of the next start deletes it.
            }
        }
    }

    /// <summary>
    /// Rewrites a long journal to shorten the next start. Obsolete entries take time without use, and reading entries
    /// out of key order takes five times as long.
    /// </summary>
    private void RewriteIfLong(long entries)
    {
        if (_journal.EntryCount < entries || _journal.Damages.Count > 0) // A damaged journal may still be restored.
            return;
        // Only this loop changes the catalog, so it reads without the gate.
        var live =
            _catalog.Buckets.Values.Sum(bucket => 1L + bucket.Objects.Count)
            + _catalog.Uploads.Values.Sum(upload => 1L + upload.Parts.Count);
        try
        {
            _journal.Rewrite(_catalog.Snapshot());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotRewritten(error);
        }
        _rewriteAt = _journal.EntryCount + Math.Max(MinEntriesToRewrite, live / 4);
    }

    [LoggerMessage(1, LogLevel.Error, "Write to the object journal failed; rejected {Count} changes")]
    private partial void LogFailure(Exception error, int count);

    [LoggerMessage(2, LogLevel.Warning, "Could not delete data file {FileId:x10}; the next start retries")]
    private partial void LogUndeleted(Exception error, long fileId);

    [LoggerMessage(3, LogLevel.Warning, "Could not rewrite the object journal; it continues to grow")]
    private partial void LogNotRewritten(Exception error);
}
