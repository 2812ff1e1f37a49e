namespace LocalCloud.Tables.Storage;

/// <summary>
/// Implements group commit: one thread flushes the log for all batches that were applied since the last flush. Batches
/// that arrive during a flush share the next one.
/// </summary>
internal sealed class FlushLoop : IDisposable
{
    private static readonly TimeSpan s_reopenInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(2);
    private const int MaxYields = 16;
    private const int MaxDelays = 100; // the delay only improves speed: acknowledgements must not wait for disk space
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

    /// <param name="database">The database to which batches are applied.</param>
    /// <param name="flush">Writes all applied batches to disk before it returns.</param>
    /// <param name="condition">Receives failed flushes.</param>
    public FlushLoop(RocksDatabase database, Action<RocksHandle> flush, StoreCondition condition)
    {
        (_database, _flush, _condition) = (database, flush, condition);
        _durableSequence = LastSequence();
        _thread = new Thread(Run) { IsBackground = true, Name = "Table flush" };
        _thread.Start();
    }

    /// <summary>Held while a batch is applied, so that rounds have the batches in the order of the log.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The sequence number up to which every change is on disk, as of the last flush.</summary>
    public ulong DurableSequence => Volatile.Read(ref _durableSequence);

    /// <summary>Adds an applied batch to the next flush. The caller still holds the gate.</summary>
    public FlushRound Join(ItemBatch batch)
    {
        ObjectDisposedException.ThrowIf(_stopping, this);
        var isFirst = _open.Count == 0;
        _open.Add(batch);
        if (isFirst)
            _wake.Set();
        return _open;
    }

    /// <summary>Records that a batch could not be applied.</summary>
    /// <returns>The error for its writer.</returns>
    public IOException Report(Exception error)
    {
        var reported = _condition.Report(error);
        _wake.Set(); // reopens the database when the disk has space
        return reported;
    }

    /// <summary>Returns a task that completes when all batches applied so far are on disk.</summary>
    public Task WaitAsync()
    {
        lock (Gate)
        {
            return _failed.Count > 0 ? _failed[0].Done
                : _open.Count > 0 ? _open.Done
                : _flushing?.Done ?? Task.CompletedTask;
        }
    }

    /// <summary>Returns a task that completes when all applied changes of the key are on disk.</summary>
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

    /// <summary>Returns a task that completes when all applied changes of a range of keys are on disk.</summary>
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

    /// <summary>Flushes all applied batches and ends the thread.</summary>
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
    /// Yields to the threads that the last flush released, because they tend to write at the same time. Returns as soon
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
        catch (Exception error) // after any error, the loop must continue to complete the other rounds
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
    /// Slows writers down when RocksDB cannot write memtables to files fast enough. Waiting for this acknowledgement
    /// blocks no thread; waiting in the next write would block one.
    /// </summary>
    private void AwaitMemtables()
    {
        for (var waited = 0; waited < MaxDelays && _database.CountFullMemtables() > 1; waited++)
            Thread.Sleep(s_delay);
    }

    private void Flush()
    {
        if (_failed.Count > 0)
            throw new IOException(_condition.Problem); // the log is not reliable behind a failed write
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
            catch (Exception error) // such as damaged files
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
