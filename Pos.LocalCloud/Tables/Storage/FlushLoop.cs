namespace Pos.LocalCloud.Tables.Storage;

/// <summary>
/// Group commit: one thread flushes the log for all batches that were applied since its last flush. Batches that
/// arrive during a flush share the next one.
/// </summary>
internal sealed class FlushLoop : IDisposable
{
    private readonly Action _flush;
    private readonly Func<ulong> _lastSequence;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private readonly StoreCondition _condition;
    private readonly List<FlushRound> _failed = []; // applied, but not on disk
    private FlushRound _open = new();
    private FlushRound? _flushing;
    private ulong _durableSequence;
    private bool _stopping;

    /// <param name="flush">Returns when everything that was applied before is on disk.</param>
    /// <param name="lastSequence">Returns the sequence number of the last applied change.</param>
    /// <param name="condition">Learns of failed flushes.</param>
    public FlushLoop(Action flush, Func<ulong> lastSequence, StoreCondition condition)
    {
        (_flush, _lastSequence, _condition) = (flush, lastSequence, condition);
        _durableSequence = lastSequence();
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
        var isFirst = _open.IsEmpty;
        _open.Add(batch);
        if (isFirst)
            _wake.Set();
        return _open;
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
        while (true)
        {
            _wake.WaitOne();
            FlushRound round;
            ulong sequence;
            lock (Gate)
            {
                if (_open.IsEmpty && _stopping)
                    return;
                if (_open.IsEmpty)
                    continue;
                (round, _flushing, _open) = (_open, _open, new FlushRound());
                sequence = _lastSequence();
            }
            Flush(round, sequence);
            if (_stopping)
                _wake.Set();
        }
    }

    private void Flush(FlushRound round, ulong sequence)
    {
        try
        {
            _condition.ThrowIfFailed();
            _flush();
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
        {
            _flushing = null;
            // A disk that was full has room again: RocksDB has written what was applied meanwhile to a table file.
            _failed.Clear();
        }
        Volatile.Write(ref _durableSequence, sequence);
        _condition.ReportFlush();
        round.Succeed();
    }
}
