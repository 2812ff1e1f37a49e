using System.Buffers;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>
/// The records of one PutRecord or PutRecords call in pooled memory. The commit sets each record's shard and ordinal.
/// </summary>
internal sealed class PutBatch : CommitItem, IDisposable
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

        /// <summary>True if the record exceeds its shard's limits. It is not committed.</summary>
        public bool Throttled;
    }
}

/// <summary>An item in the queue of a stream's commit thread. Its caller awaits <see cref="Completion"/>.</summary>
internal abstract class CommitItem
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Completion => _completion.Task;

    public void Succeed() => _completion.TrySetResult();

    public void Fail(Exception error) => _completion.TrySetException(error);
}

/// <summary>A change of the stream's state.</summary>
internal sealed class StateChange(Func<StreamState, long, StreamState?> change) : CommitItem
{
    /// <summary>Returns the new state for a state and the next ordinal, or null to change nothing.</summary>
    public Func<StreamState, long, StreamState?> Change { get; } = change;
}
