using System.Collections.Concurrent;
using LocalCloud.Protocol;
using LocalCloud.Storage;
using LocalCloud.Streams.Limits;
using LocalCloud.Streams.Storage;

namespace LocalCloud.Streams;

/// <summary>
/// A stream: its state, its log and the thread that commits. While a round is being flushed the next calls gather; they
/// share the next flush. Reshards are the same thread's work, so a record is never put into a shard that has closed.
/// </summary>
internal sealed partial class DataStream : IDisposable
{
    // A round is held in memory once more while it is written; a call is taken whole.
    private const int LargestRoundBytes = 4 * 1024 * 1024;

    private readonly string _folder;
    private readonly StreamLog _log;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Queue<StreamWork> _queue = new();
    private readonly Thread _committer;
    private bool _closing;
    private bool _stateFileUnsure;

    private DataStream(string folder, StreamState state, StreamLog log, TimeProvider time, ILogger logger)
    {
        (_folder, State, _log, _time, _logger) = (folder, state, log, time, logger);
        _log.SkipTo(state.Shards.Max(shard => Math.Max(shard.StartingOrdinal, shard.EndingOrdinal ?? 0)) + 1);
        _committer = new Thread(Commit, maxStackSize: 256 * 1024)
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

    /// <summary>By shard number; filled when limits are enforced.</summary>
    public ConcurrentDictionary<int, ShardThroughput> Throughput { get; } = new();

    /// <summary>Makes a stream in a folder that does not exist yet.</summary>
    public static DataStream Create(
        string folder,
        StreamState state,
        ILogFiles files,
        StreamsOptions options,
        TimeProvider time,
        ILogger logger
    )
    {
        // Whole or not there: a folder without its state file is an unfinished creation, and swept at start.
        Directory.CreateDirectory(folder);
        var log = StreamLog.Open(folder, files, options.SegmentBytes, logger);
        StateFile.Write(folder, state);
        FolderSync.Flush(Path.GetDirectoryName(folder)!);
        return new DataStream(folder, state, log, time, logger);
    }

    /// <exception cref="StateDamagedException">What the stream is cannot be known.</exception>
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

    /// <summary>Completes when the batch's records are on disk, with their shards and ordinals set.</summary>
    public Task PutAsync(PutBatch batch) => EnqueueAsync(batch);

    /// <summary>Completes when the changed state is on disk; what the function throws is thrown here.</summary>
    public Task ChangeAsync(Func<StreamState, long, StreamState?> change) => EnqueueAsync(new StateChange(change));

    /// <summary>Unix milliseconds before which records are past retention.</summary>
    public long TrimHorizon() => _time.GetUtcNow().AddHours(-State.RetentionHours).ToUnixTimeMilliseconds();

    /// <summary>
    /// Drops what is past retention: whole segments, and shards closed so long ago that all their records are.
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

    /// <summary>Commits what is queued and stops.</summary>
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

    private Task EnqueueAsync(StreamWork work)
    {
        lock (_queue)
        {
            if (_closing)
                throw new AwsException(
                    "ResourceNotFoundException",
                    $"Stream {State.Name} is being deleted or LocalCloud is stopping."
                );
            _queue.Enqueue(work);
            Monitor.Pulse(_queue);
        }
        return work.Completion;
    }

    private void Commit()
    {
        var batches = new List<PutBatch>();
        using var round = new CommitRound();
        while (Dequeue(batches) is var (change, more) && more)
        {
            if (change is not null)
                Apply(change);
            else
                Put(batches, round);
        }
    }

    /// <summary>Waits for work: as many batches as make a round, or one change.</summary>
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
                bytes < LargestRoundBytes && _queue.TryPeek(out var work) && work is PutBatch batch;
                _queue.Dequeue()
            )
            {
                batches.Add(batch);
                bytes += batch.Bytes.WrittenSpan.Length;
            }
        }
        return (null, true);
    }

    private void Put(List<PutBatch> batches, CommitRound round)
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
                batch.Fail(NotStored());
            return;
        }
        foreach (var batch in batches)
            batch.Succeed();
    }

    private void Apply(StateChange change)
    {
        try
        {
            RepairStateFile();
            if (change.Change(State, _log.NextOrdinal) is { } next)
            {
                _stateFileUnsure = true;
                StateFile.Write(_folder, next);
                _stateFileUnsure = false;
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
            change.Fail(NotStored());
        }
    }

    /// <summary>After a failed write of the state, the file may hold what was refused: put back what holds.</summary>
    private void RepairStateFile()
    {
        if (!_stateFileUnsure)
            return;
        StateFile.Write(_folder, State);
        _stateFileUnsure = false;
    }

    private static AwsException NotStored() =>
        new("InternalFailure", "The data could not be written to disk; the log has the reason.", 500);

    [LoggerMessage(
        102,
        LogLevel.Information,
        "Dropped {Segments} segments of stream {Stream} that were past retention"
    )]
    private static partial void LogDropped(ILogger logger, int segments, string stream);

    [LoggerMessage(101, LogLevel.Error, "Stream {Stream}: the disk refused a write; its callers got an error")]
    private static partial void LogCommitFailed(ILogger logger, Exception error, string stream);
}
