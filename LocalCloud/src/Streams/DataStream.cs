using System.Collections.Concurrent;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using LocalCloud.Streams.Limits;
using LocalCloud.Streams.Storage;

namespace LocalCloud.Streams;

/// <summary>
/// A stream: its state, its log and its commit thread. Calls that arrive during a flush share the next one. The same
/// thread reshards, so no record is put into a closed shard.
/// </summary>
internal sealed partial class DataStream : IDisposable
{
    // A round is copied in memory before it is written. It ends with a whole call, so it can be larger by one call.
    private const int MaxRoundBytes = 4 * 1024 * 1024;

    private readonly string _folder;
    private readonly StreamLog _log;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Queue<CommitItem> _queue = new();
    private readonly Thread _committer;
    private bool _closing;
    private bool _stateFileNeedsRepair;

    private DataStream(string folder, StreamState state, StreamLog log, TimeProvider time, ILogger logger)
    {
        (_folder, State, _log, _time, _logger) = (folder, state, log, time, logger);
        _log.SkipTo(state.Shards.Max(shard => Math.Max(shard.StartingOrdinal, shard.EndingOrdinal ?? 0)) + 1);
        _committer = new Thread(RunCommitLoop, maxStackSize: 256 * 1024)
        {
            IsBackground = true,
            Name = $"commit {state.Name}",
        };
        _committer.Start();
    }

    public StreamState State
    {
        get;
        private set => Volatile.Write(ref field, value);
    }
    public string Folder => _folder;
    public StreamLog Log => _log;

    /// <summary>Throughput by shard number. Empty unless limits are enforced.</summary>
    public ConcurrentDictionary<int, ShardThroughput> Throughput { get; } = new();

    /// <summary>Creates a stream in a folder that does not exist yet.</summary>
    public static DataStream Create(
        string folder,
        StreamState state,
        ILogFiles files,
        StreamsOptions options,
        TimeProvider time,
        ILogger logger
    )
    {
        // A folder without a state file is an unfinished creation. The next start deletes it.
        Directory.CreateDirectory(folder);
        var log = StreamLog.Open(folder, files, options.SegmentBytes, logger);
        StateFile.Write(folder, state);
        FolderSync.Flush(Path.GetDirectoryName(folder)!);
        return new DataStream(folder, state, log, time, logger);
    }

    /// <exception cref="StateDamagedException">Both copies of the state file are damaged or missing.</exception>
    public static DataStream Open(
        string folder,
        ILogFiles files,
        StreamsOptions options,
        TimeProvider time,
        ILogger logger
    )
    {
        var state = StateFile.Read(folder, logger);
        return new DataStream(folder, state, StreamLog.Open(folder, files, options.SegmentBytes, logger), time, logger);
    }

    /// <summary>Completes when the batch's records are on disk and their shards and ordinals are set.</summary>
    public Task PutAsync(PutBatch batch) => EnqueueAsync(batch);

    /// <summary>Completes when the changed state is on disk. Rethrows an exception of the function.</summary>
    public Task ChangeAsync(Func<StreamState, long, StreamState?> change) => EnqueueAsync(new StateChange(change));

    /// <summary>Returns the time in Unix milliseconds before which records are past retention.</summary>
    public long TrimHorizon() => _time.GetUtcNow().AddHours(-State.RetentionHours).ToUnixTimeMilliseconds();

    /// <summary>
    /// Drops segments whose records are all past retention, and shards that closed before the trim horizon.
    /// </summary>
    public Task ApplyRetentionAsync() =>
        ChangeAsync(
            (state, _) =>
            {
                var horizon = TrimHorizon();
                if (_log.DropBefore(horizon) is > 0 and var dropped)
                    LogDropped(_logger, dropped, state.Name);
                return state.Shards.Any(shard => shard.ClosedAt < horizon)
                    ? state with
                    {
                        Shards = [.. state.Shards.Where(shard => !(shard.ClosedAt < horizon))],
                    }
                    : null;
            }
        );

    /// <summary>Commits the queued items and stops the commit thread.</summary>
    public void Dispose()
    {
        lock (_queue)
        {
            _closing = true;
            Monitor.Pulse(_queue);
        }
        _committer.Join();
        _log.Dispose();
    }

    private Task EnqueueAsync(CommitItem item)
    {
        lock (_queue)
        {
            if (_closing)
                throw new AwsException(
                    "ResourceNotFoundException",
                    $"Stream {State.Name} is being deleted or LocalCloud is stopping."
                );
            _queue.Enqueue(item);
            Monitor.Pulse(_queue);
        }
        return item.Completion;
    }

    private void RunCommitLoop()
    {
        var batches = new List<PutBatch>();
        using var round = new CommitRound();
        while (Dequeue(batches) is var (change, more) && more)
        {
            if (change is not null)
                CommitChange(change);
            else
                CommitBatches(batches, round);
        }
    }

    /// <summary>Waits for the next round's batches or for one state change.</summary>
    private (StateChange? Change, bool More) Dequeue(List<PutBatch> batches)
    {
        batches.Clear();
        lock (_queue)
        {
            while (_queue.Count == 0)
            {
                if (_closing)
                    return (null, false);
                Monitor.Wait(_queue);
            }
            if (_queue.Peek() is StateChange change)
            {
                _queue.Dequeue();
                return (change, true);
            }
            for (
                var bytes = 0;
                bytes < MaxRoundBytes && _queue.TryPeek(out var item) && item is PutBatch batch;
                _queue.Dequeue()
            )
            {
                batches.Add(batch);
                bytes += batch.Bytes.WrittenSpan.Length;
            }
        }
        return (null, true);
    }

    private void CommitBatches(List<PutBatch> batches, CommitRound round)
    {
        try
        {
            RepairStateFile();
            var start = _log.PrepareRound();
            var arrival = Math.Max(_time.GetUtcNow().ToUnixTimeMilliseconds(), _log.LastArrival);
            round.Encode(batches, State.OpenShards, start, _log.NextOrdinal, arrival);
            _log.Append(round.Bytes, round.Chunks);
        }
        catch (Exception error)
        {
            LogCommitFailed(_logger, error, State.Name);
            foreach (var batch in batches)
                batch.Fail(WriteFailed());
            return;
        }
        foreach (var batch in batches)
            batch.Succeed();
    }

    private void CommitChange(StateChange change)
    {
        try
        {
            RepairStateFile();
            if (change.Change(State, _log.NextOrdinal) is { } next)
            {
                _stateFileNeedsRepair = true;
                StateFile.Write(_folder, next);
                _stateFileNeedsRepair = false;
                _log.SkipTo(next.Shards.Max(shard => Math.Max(shard.StartingOrdinal, shard.EndingOrdinal ?? 0)) + 1);
                State = next;
            }
            change.Succeed();
        }
        catch (AwsException error)
        {
            change.Fail(error);
        }
        catch (Exception error)
        {
            LogCommitFailed(_logger, error, State.Name);
            change.Fail(WriteFailed());
        }
    }

    /// <summary>Rewrites the state file after a failed write, which may have stored the rejected state.</summary>
    private void RepairStateFile()
    {
        if (!_stateFileNeedsRepair)
            return;
        StateFile.Write(_folder, State);
        _stateFileNeedsRepair = false;
    }

    private static AwsException WriteFailed() =>
        new("InternalFailure", "The data could not be written to disk. The server's log has the reason.", 500);

    [LoggerMessage(102, LogLevel.Information, "Dropped {Segments} segments of stream {Stream} past retention")]
    private static partial void LogDropped(ILogger logger, int segments, string stream);

    [LoggerMessage(101, LogLevel.Error, "Write failed for stream {Stream}; its callers received InternalFailure")]
    private static partial void LogCommitFailed(ILogger logger, Exception error, string stream);
}
