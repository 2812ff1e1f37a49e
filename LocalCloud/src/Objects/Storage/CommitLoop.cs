using System.Collections.Concurrent;
using LocalCloud.Protocol;

namespace LocalCloud.Objects.Storage;

/// <summary>A write waiting for the journal.</summary>
/// <param name="scope">What it touches, as text. Of one scope only one change is in a commit; null: it has the commit
/// to itself.</param>
/// <param name="packed">Content that comes with it, to be on disk before the journal names it; null where a data file
/// that is has it.</param>
/// <param name="decide">Looks at the catalog, under its gate, and tells what to change, or throws an
/// <see cref="AwsException"/>.</param>
internal sealed class Change(string? scope, PackedContent? packed, Func<Catalog, IReadOnlyList<JournalEntry>> decide)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? Scope => scope;
    public PackedContent? Packed => packed;

    /// <summary>Ends when the change is on disk and seen by readers.</summary>
    public Task Done => _done.Task;
    public IReadOnlyList<JournalEntry> Entries { get; private set; } = [];

    public void Decide(Catalog catalog) => Entries = decide(catalog);

    public void Succeed() => _done.TrySetResult();

    public void Fail(Exception error) => _done.TrySetException(error);
}

/// <summary>
/// The only writer of packs, journal and catalog: decides the waiting changes in order of arrival, writes them as one
/// frame, flushes once for all, then lets readers see them. One order for all writes is what makes conditional writes
/// exact.
/// </summary>
internal sealed partial class CommitLoop : IDisposable
{
    private const int LargestCommit = 1024; // changes

    // bytes of small objects: those behind wait for one write, not for many
    private const int LargestRound = 4 * 1024 * 1024;

    // entries; below, a replay takes a fraction of a second whatever is in it
    private const long SmallestRewrite = 100_000;
    private const long RewriteAtStop = 10_000; // entries: nobody waits
    private readonly BlockingCollection<Change> _waiting = [];
    private readonly Catalog _catalog;
    private readonly Journal _journal;
    private readonly DataFiles _files;
    private readonly Pack _pack;
    private readonly PackCompaction _compaction;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private long _rewriteAt = SmallestRewrite;

    public CommitLoop(Catalog catalog, Journal journal, DataFiles files, PackCompaction compaction, ILogger logger)
    {
        (_catalog, _journal, _files, _compaction, _logger) = (catalog, journal, files, compaction, logger);
        _pack = new Pack(files);
        _thread = new Thread(Run) { IsBackground = true, Name = "Object journal" };
        _thread.Start();
    }

    public Task CommitAsync(Change change)
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
        RewriteIfLong(RewriteAtStop);
    }

    private void Run()
    {
        var batch = new List<Change>();
        var scopes = new HashSet<string>(StringComparer.Ordinal);
        Change? held = null;
        RewriteIfLong(_rewriteAt); // after a kill, say; the first writes wait for it, the start does not
        while (held is not null || _waiting.TryTake(out held, Timeout.Infinite))
        {
            batch.Clear();
            scopes.Clear();
            do
            {
                if (held.Scope is null ? batch.Count > 0 : !scopes.Add(held.Scope))
                    break; // decided in the next commit, when this one can be seen
                Take(held, batch);
                var alone = held.Scope is null;
                held = null;
                if (alone)
                    break;
            } while (batch.Count < LargestCommit && _pack.RoundBytes < LargestRound && _waiting.TryTake(out held));
            Commit(batch);
        }
    }

    private void Take(Change change, List<Change> batch)
    {
        try
        {
            if (change.Packed is { } content)
                StandInPack(content);
            lock (_catalog.Gate)
                change.Decide(_catalog);
            batch.Add(change);
        }
        catch (Exception error)
        {
            if (change.Packed is { } refused)
                _pack.TakeBack(refused);
            change.Fail(error);
        }
    }

    private void Commit(List<Change> batch)
    {
        var garbage = new List<Garbage>();
        var entries = batch.SelectMany(change => change.Entries).ToList();
        try
        {
            _pack.Flush();
            if (entries.Count > 0)
                _journal.Append(entries);
        }
        catch (Exception error) // whatever it is, the loop must go on to answer the others
        {
            LogFailure(error, batch.Count);
            batch.ForEach(change => change.Fail(new IOException("The write could not be made durable.", error)));
            return;
        }

        lock (_catalog.Gate)
        {
            foreach (var entry in entries)
                _catalog.Apply(entry, garbage);
        }
        batch.ForEach(change => change.Succeed());
        Delete(garbage);
        _compaction.Consider();
        RewriteIfLong(_rewriteAt);
    }

    private void StandInPack(PackedContent content)
    {
        if (_pack.IsFull)
        {
            var full = _pack.FileId;
            _pack.Start();
            if (full >= 0 && !_catalog.Packs.ContainsKey(full)) // all of it was replaced while it was being filled
                Delete([new Garbage(full)]);
        }
        _pack.Add(content);
    }

    private void Delete(List<Garbage> garbage)
    {
        foreach (var (fileId, withExtents) in garbage)
        {
            if (fileId == _pack.FileId)
                continue; // it goes on being filled
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
                LogUndeleted(error, fileId); // the sweep of the next start takes it
            }
        }
    }

    /// <summary>
    /// A start reads the journal: what is dead in it takes time for nothing, and what came in no order of keys five
    /// times as long.
    /// </summary>
    private void RewriteIfLong(long entries)
    {
        if (_journal.EntryCount < entries || _journal.Damages.Count > 0) // what is damaged may yet be restored
            return;
        // Reading without the gate: nothing but this loop changes the catalog.
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
        _rewriteAt = _journal.EntryCount + Math.Max(SmallestRewrite, live / 4);
    }

    [LoggerMessage(1, LogLevel.Error, "The journal of objects could not be written: {Count} writes fail")]
    private partial void LogFailure(Exception error, int count);

    [LoggerMessage(2, LogLevel.Warning, "Data file {FileId:x10} could not be deleted; the next start tries again")]
    private partial void LogUndeleted(Exception error, long fileId);

    [LoggerMessage(3, LogLevel.Warning, "The journal of objects could not be rewritten; it goes on growing")]
    private partial void LogNotRewritten(Exception error);
}
