using System.Runtime.InteropServices;

namespace Pos.LocalCloud.Objects.Storage;

/// <summary>
/// A bucket's objects in the order of their keys' bytes: what S3 lists. Kept as sorted blocks, so that a seek is two binary searches and an
/// insert moves at most one block, at 8 bytes a key (a red-black tree's nodes take 48).
/// </summary>
internal sealed class SortedEntries
{
    private const int LargestBlock = 1024;
    private readonly List<List<ObjectEntry>> _blocks = [];

    public int Count { get; private set; }

    public ObjectEntry? Find(ReadOnlySpan<byte> key)
    {
        var (block, index) = Seek(key);
        return block < _blocks.Count && key.SequenceEqual(_blocks[block][index].Key) ? _blocks[block][index] : null;
    }

    /// <summary>Adds, or replaces the entry of the same key.</summary>
    /// <returns>The entry replaced.</returns>
    public ObjectEntry? Set(ObjectEntry entry)
    {
        var (block, index) = Seek(entry.Key);
        if (block < _blocks.Count && _blocks[block][index] is var found && found.Key.AsSpan().SequenceEqual(entry.Key))
        {
            _blocks[block][index] = entry;
            return found;
        }
        Count++;
        if (block == _blocks.Count)
        {
            // After all others: keys that grow, and a snapshot being read, fill blocks to the brim.
            if (block == 0 || _blocks[block - 1].Count == LargestBlock)
                _blocks.Add(new List<ObjectEntry>(LargestBlock));
            _blocks[^1].Add(entry);
            return null;
        }
        _blocks[block].Insert(index, entry);
        if (_blocks[block].Count > LargestBlock)
            Split(block);
        return null;
    }

    public ObjectEntry? Remove(ReadOnlySpan<byte> key)
    {
        var (block, index) = Seek(key);
        if (block == _blocks.Count || !key.SequenceEqual(_blocks[block][index].Key))
            return null;
        var removed = _blocks[block][index];
        _blocks[block].RemoveAt(index);
        if (_blocks[block].Count == 0)
            _blocks.RemoveAt(block);
        Count--;
        return removed;
    }

    /// <summary>Entries from the first whose key is at or after <paramref name="key"/>. Not to be used across a change.</summary>
    public IEnumerable<ObjectEntry> From(byte[] key)
    {
        var (block, index) = Seek(key);
        for (; block < _blocks.Count; block++, index = 0)
        {
            for (; index < _blocks[block].Count; index++)
                yield return _blocks[block][index];
        }
    }

    /// <summary>The first entry at or after <paramref name="key"/>, or (count of blocks, 0) where there is none.</summary>
    private (int Block, int Index) Seek(ReadOnlySpan<byte> key)
    {
        int low = 0, high = _blocks.Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_blocks[middle][^1].Key.AsSpan().SequenceCompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == _blocks.Count)
            return (low, 0);

        var entries = CollectionsMarshal.AsSpan(_blocks[low]);
        int first = 0, last = entries.Length;
        while (first < last)
        {
            var middle = (first + last) >>> 1;
            if (entries[middle].Key.AsSpan().SequenceCompareTo(key) < 0)
                first = middle + 1;
            else
                last = middle;
        }
        return (low, first);
    }

    private void Split(int block)
    {
        var whole = _blocks[block];
        var half = whole.Count / 2;
        var upper = new List<ObjectEntry>(LargestBlock);
        upper.AddRange(whole[half..]);
        whole.RemoveRange(half, whole.Count - half);
        _blocks.Insert(block + 1, upper);
    }
}
