using System.IO.Hashing;

namespace LocalCloud.Tables.Storage;

/// <summary>The batches of one flush. The flush loop's lock guards it.</summary>
internal sealed class FlushRound
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Hashes instead of keys: a collision only makes a reader wait when it need not.
    private readonly HashSet<ulong> _hashes = [];
    private readonly List<byte[]> _keys = [];
    private readonly List<byte[]> _prefixes = [];
    private int _count;

    /// <summary>Completes when the batches are on disk.</summary>
    public Task Done => _done.Task;

    /// <summary>The number of batches; other threads may read it without the lock.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a batch that was applied.</summary>
    public void Add(ItemBatch batch)
    {
        foreach (var change in batch.Changes)
        {
            if (change.Kind == ItemChangeKind.DeletePrefix)
                _prefixes.Add(change.Key);
            else if (_hashes.Add(XxHash3.HashToUInt64(change.Key)))
                _keys.Add(change.Key);
        }
        Volatile.Write(ref _count, _count + 1);
    }

    public bool Changes(ReadOnlySpan<byte> key)
    {
        if (_hashes.Contains(XxHash3.HashToUInt64(key)))
            return true;
        foreach (var prefix in _prefixes)
        {
            if (key.StartsWith(prefix))
                return true;
        }
        return false;
    }

    /// <summary>Checks every key of the round; a round has few keys, because each writer has one batch in it.</summary>
    public bool Changes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        foreach (var key in _keys)
        {
            if (key.AsSpan().SequenceCompareTo(from) >= 0 && key.AsSpan().SequenceCompareTo(to) < 0)
                return true;
        }
        foreach (var prefix in _prefixes)
        {
            // The keys of the prefix begin before the end of the range and end after its start.
            if (
                prefix.AsSpan().SequenceCompareTo(to) < 0
                && (from.StartsWith(prefix) || prefix.AsSpan().SequenceCompareTo(from) >= 0)
            )
                return true;
        }
        return false;
    }

    public void Succeed() => _done.SetResult();

    public void Fail(IOException error)
    {
        _done.SetException(error);
        _ = _done.Task.Exception; // observed, because perhaps no one waits for the task
    }
}
