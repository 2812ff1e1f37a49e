using System.Runtime.InteropServices;

namespace LocalCloud.Objects.Storage;

/// <summary>
/// Some hundred packed entries in key order. A million entries would take 300 MB as objects. Packed, they take a
/// quarter of it, and the garbage collector does not have to visit them.
/// </summary>
internal sealed class EntryPage
{
    private const int Size = 16 * 1024;
    private readonly byte[] _bytes = new byte[Size];
    private readonly List<ushort> _starts = [];
    private int _used;

    public int Count => _starts.Count;

    public ReadOnlySpan<byte> Key(int index) => PackedEntry.Key(_bytes.AsSpan(_starts[index]));

    public ObjectEntry Entry(int index) => PackedEntry.Read(_bytes.AsSpan(_starts[index]));

    /// <summary>
    /// Returns the index of the first entry whose key is at or after <paramref name="key"/>, or <see cref="Count"/>.
    /// </summary>
    public int Seek(ReadOnlySpan<byte> key)
    {
        int first = 0,
            last = Count;
        while (first < last)
        {
            var middle = (first + last) >>> 1;
            if (Key(middle).SequenceCompareTo(key) < 0)
                first = middle + 1;
            else
                last = middle;
        }
        return first;
    }

    /// <summary>Returns false if the entry does not fit into the page.</summary>
    public bool TryInsert(int index, ReadOnlySpan<byte> packed)
    {
        if (_used + packed.Length > Size)
            return false;
        var start = index == Count ? _used : _starts[index];
        Move(start, start + packed.Length);
        packed.CopyTo(_bytes.AsSpan(start));
        foreach (ref var later in CollectionsMarshal.AsSpan(_starts)[index..])
            later += (ushort)packed.Length;
        _starts.Insert(index, (ushort)start);
        return true;
    }

    public void Remove(int index)
    {
        var start = _starts[index];
        var length = (index + 1 == Count ? _used : _starts[index + 1]) - start;
        Move(start + length, start);
        _starts.RemoveAt(index);
        foreach (ref var later in CollectionsMarshal.AsSpan(_starts)[index..])
            later -= (ushort)length;
    }

    /// <summary>Moves the upper half to a new page.</summary>
    public EntryPage Split()
    {
        var upper = new EntryPage();
        var middle = _starts.BinarySearch((ushort)(_used / 2)); // Half of the bytes, since keys differ in length.
        var half = Math.Clamp(middle < 0 ? ~middle : middle, 1, Count - 1);
        var start = _starts[half];
        _bytes.AsSpan(start, _used - start).CopyTo(upper._bytes);
        upper._used = _used - start;
        upper._starts.AddRange(_starts[half..].Select(moved => (ushort)(moved - start)));
        _starts.RemoveRange(half, Count - half);
        _used = start;
        return upper;
    }

    private void Move(int from, int to)
    {
        _bytes.AsSpan(from, _used - from).CopyTo(_bytes.AsSpan(to));
        _used += to - from;
    }
}
