using System.Buffers;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>
/// The records of one PutRecord(s) call, on pooled memory, and where they went once they are on disk.
/// </summary>
internal sealed class PutBatch : StreamWork, IDisposable
{
    private Entry[] _entries = ArrayPool<Entry>.Shared.Rent(16);

    /// <summary>Partition keys and data, back to back.</summary>
    public PooledBuffer Bytes { get; } = new();
    public int Count { get; private set; }
    public Span<Entry> Entries => _entries.AsSpan(0, Count);

    public void Add(in Entry entry)
    {
        if (Count == _entries.Length)
        {
            var larger = ArrayPool<Entry>.Shared.Rent(Count * 2);
            Entries.CopyTo(larger);
            ArrayPool<Entry>.Shared.Return(_entries);
            _entries = larger;
        }
        _entries[Count++] = entry;
    }

    public void Dispose()
    {
        Bytes.Dispose();
        ArrayPool<Entry>.Shared.Return(_entries);
        (_entries, Count) = ([], 0);
    }

    internal struct Entry
    {
        public int KeyOffset;
        public int KeyBytes;
        public int DataOffset;
        public int DataBytes;
        public UInt128 HashKey;

        /// <summary>The shard's number, set by the commit.</summary>
        public int Shard;

        /// <summary>Set by the commit.</summary>
        public long Ordinal;

        /// <summary>Refused for its shard's limits: not committed.</summary>
        public bool Throttled;
    }
}

/// <summary>What a stream's commit thread does for a call; the call waits for <see cref="Completion"/>.</summary>
internal abstract class StreamWork
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    public void Succeed() => _completion.TrySetResult();

    public void Fail(Exception error) => _completion.TrySetException(error);
}

/// <summary>A change of the stream's state; null changes nothing.</summary>
internal sealed class StateChange(Func<StreamState, long, StreamState?> change) : StreamWork
{
    /// <summary>From the state and the next ordinal to the new state.</summary>
    public Func<StreamState, long, StreamState?> Change { get; } = change;
}
