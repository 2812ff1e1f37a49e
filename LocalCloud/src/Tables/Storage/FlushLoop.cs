namespace LocalCloud.Tables.Storage;

/// <summary>
/// Group commit: one thread flushes the log for all batches that were applied since its last flush. Batches that
/// arrive during a flush share the next one.
/// </summary>
internal sealed class FlushLoop : IDisposable
{
    private static readonly TimeSpan s_reopenInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(2);
    private const int MaxYields = 16;
    private const int MaxDelays = 100; // the delay is for speed: an acknowledgement must not wait for space
    private readonly RocksDatabase _database;
    private readonly Action<RocksHandle> _flush;
    private readonly StoreCondition _condition;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly List<FlushRound> _failed = []; // applied, but not on disk
    private volatile FlushRound _open = new();
    private FlushRound? _flushing;
    private ulong _durableSequence;
    private bool _stopping;

    /// <param name="database">Where batches are applied.</param>
    /// <param name="flush">Returns when everything that was applied before is on disk.</param>
    /// <param name="condition">Learns of failed flushes.</param>
    public FlushLoop(RocksDatabase database, Action<RocksHandle> flush, StoreCondition condition)
    {
        (_database, _flush, _condition) = (database, flush, condition);
        _durableSequence = LastSequence();
        _thread = new Thread(Run) { IsBackground = true, Name = "Table flush" };
        _thread.Start();
    }

    /// <summary>Held while a batch is applied: the order of batches in rounds is their order in the log.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The sequence number up to which every change was on disk a moment ago.</summary>
    public ulong DurableSequence => Volatile.Read(ref _durableSequence);

    /// <summary>Adds a batch to the next flush. The caller has applied it and still holds the gate.</summary>
    public FlushRound Join(ItemBatch batch)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        var isFirst = _open.Count == 0;
        _open.Add(batch);
        if (isFirst)
            _wake.Set();
        return _open;
    }

    /// <summary>Takes note that a batch could not be applied.</summary>
    /// <returns>The error for its writer.</returns>
    public IOException Report(Exception error)
    {
        var reported = _condition.Report(error);
        _wake.Set(); // to reopen the database when there is space
        return reported;
    }

    /// <summary>Returns the flush that everything applied so far waits for.</summary>
    public Task WaitAsync()
    {
        lock (Gate)
        {
            return _failed.Count > 0 ? _failed[0].Done
                : _open.Count > 0 ? _open.Done
                : _flushing?.Done ?? Task.CompletedTask;
        }
    }

    /// <summary>Returns the flush that the key waits for.</summary>
    public Task WaitAsync(ReadOnlySpan<byte> key)
    {
        lock (Gate)
        {
            foreach (var round in _failed)
            {
                if (round.Changes(key))
                    return round.Done;
            }
            return _open.Changes(key) ? _open.Done
                : _flushing?.Changes(key) == true ? _flushing.Done
                : Task.CompletedTask;
        }
    }

    /// <summary>Returns the flush that a range of keys waits for.</summary>
    public Task WaitAsync(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        lock (Gate)
        {
            foreach (var round in _failed)
            {
                if (round.Changes(from, to))
                    return round.Done;
            }
            return _open.Changes(from, to) ? _open.Done
                : _flushing?.Changes(from, to) == true ? _flushing.Done
                : Task.CompletedTask;
        }
    }

    /// <summary>Flushes what was applied, and ends.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_stopping)
                return;
            _stopping = true;
        }
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        while (!Volatile.Read(ref _stopping))
        {
            _wake.WaitOne(_condition.MustReopen ? s_reopenInterval : Timeout.InfiniteTimeSpan);
            Gather();
            FlushOpenRound();
            if (_condition.MustReopen && _condition.HasSpaceToReopen)
                Reopen();
        }
        FlushOpenRound();
    }

    /// <summary>
    /// Lets threads run that are about to write: those that the last flush released come at the same time. Ends as soon
    /// as no batch joins the round.
    /// </summary>
    private void Gather()
    {
        for (var (i, seen) = (0, -1); i < MaxYields && seen != _open.Count; i++)
        {
            seen = _open.Count;
            Thread.Yield();
        }
    }

    private void FlushOpenRound()
    {
        FlushRound round;
        ulong sequence;
        lock (Gate)
        {
            if (_open.Count == 0)
                return;
            (round, _flushing, _open) = (_open, _open, new FlushRound());
            sequence = LastSequence();
        }
        try
        {
            Flush();
        }
        catch (Exception error) // whatever it is, the loop must go on to answer the others
        {
            lock (Gate)
            {
                _failed.Add(round);
                _flushing = null;
            }
            round.Fail(_condition.Report(error));
            return;
        }
        lock (Gate)
            _flushing = null;
        Volatile.Write(ref _durableSequence, sequence);
        _condition.CheckSpace();
        AwaitMemtables();
        round.Succeed();
    }

    /// <summary>
    /// Slows writers down when RocksDB is behind with writing memtables to files: they wait for this acknowledgement
    /// without a thread, instead of in their next write with one.
    /// </summary>
    private void AwaitMemtables()
    {
        for (var waited = 0; waited < MaxDelays && _database.CountFullMemtables() > 1; waited++)
            Thread.Sleep(s_delay);
    }

    private void Flush()
    {
        if (_failed.Count > 0)
            throw new IOException(_condition.Problem); // what is in the log behind a failed write is not reliable
        var handle = _database.Acquire();
        try
        {
            _flush(handle);
        }
        finally
        {
            handle.Release();
        }
    }

    private void Reopen()
    {
        lock (Gate)
        {
            try
            {
                if (!_condition.MustReopen || !_database.TryReopen())
                    return;
            }
            catch (Exception error) // damaged files, say
            {
                _condition.Report(error);
                return;
            }
            _failed.Clear();
            Volatile.Write(ref _durableSequence, LastSequence());
            _condition.ReportReopened();
        }
    }

    private ulong LastSequence()
    {
        var handle = _database.Acquire();
        try
        {
            return handle.Database.GetLatestSequenceNumber();
        }
        finally
        {
            handle.Release();
        }
    }
}
