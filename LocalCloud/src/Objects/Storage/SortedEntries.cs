namespace LocalCloud.Objects.Storage;

/// <summary>
/// A bucket's objects in the byte order of their keys, which is S3's order of lists. They are kept in pages, so a seek
/// is two binary searches and an insert moves at most one page.
/// </summary>
internal sealed class SortedEntries
{
    private readonly List<EntryPage> _pages = [];

    public int Count { get; private set; }

    public ObjectEntry? Find(ReadOnlySpan<byte> key)
    {
        var (page, index) = Seek(key);
        return page < _pages.Count && key.SequenceEqual(_pages[page].Key(index)) ? _pages[page].Entry(index) : null;
    }

    /// <summary>Adds an entry or replaces the one with the same key. Returns the replaced entry.</summary>
    public ObjectEntry? Set(ObjectEntry entry)
    {
        Span<byte> buffer = stackalloc byte[PackedEntry.MaxBytes];
        var packed = buffer[..PackedEntry.Write(entry, buffer)];
        var (page, index) = Seek(entry.Key);
        if (page == _pages.Count)
        {
            Count++;
            // The key is greater than all others. Ascending keys and snapshots thus fill pages completely.
            if (page == 0 || !_pages[^1].TryInsert(_pages[^1].Count, packed))
            {
                _pages.Add(new EntryPage());
                _pages[^1].TryInsert(0, packed);
            }
            return null;
        }
        ObjectEntry? replaced = null;
        if (_pages[page].Key(index).SequenceEqual(entry.Key))
        {
            replaced = _pages[page].Entry(index);
            _pages[page].Remove(index); // The page may be empty until the insert below.
        }
        else
        {
            Count++;
        }
        while (!_pages[page].TryInsert(index, packed))
        {
            _pages.Insert(page + 1, _pages[page].Split());
            if (index > _pages[page].Count)
                (page, index) = (page + 1, index - _pages[page].Count);
        }
        return replaced;
    }

    public ObjectEntry? Remove(ReadOnlySpan<byte> key)
    {
        var (page, index) = Seek(key);
        if (page == _pages.Count || !key.SequenceEqual(_pages[page].Key(index)))
            return null;
        var removed = _pages[page].Entry(index);
        _pages[page].Remove(index);
        if (_pages[page].Count == 0)
            _pages.RemoveAt(page);
        Count--;
        return removed;
    }

    /// <summary>
    /// Returns the entries whose key is at or after <paramref name="key"/>. A change invalidates the enumeration.
    /// </summary>
    public IEnumerable<ObjectEntry> From(byte[] key)
    {
        var (page, index) = Seek(key);
        for (; page < _pages.Count; page++, index = 0)
        {
            for (; index < _pages[page].Count; index++)
                yield return _pages[page].Entry(index);
        }
    }

    /// <summary>
    /// Returns the position of the first entry at or after <paramref name="key"/>, or (count of pages, 0) if none.
    /// </summary>
    private (int Page, int Index) Seek(ReadOnlySpan<byte> key)
    {
        // Most keys are added in order, at the end.
        if (_pages.Count == 0 || _pages[^1].Key(_pages[^1].Count - 1).SequenceCompareTo(key) < 0)
            return (_pages.Count, 0);
        int low = 0,
            high = _pages.Count - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_pages[middle].Key(_pages[middle].Count - 1).SequenceCompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return (low, _pages[low].Seek(key));
    }
}
