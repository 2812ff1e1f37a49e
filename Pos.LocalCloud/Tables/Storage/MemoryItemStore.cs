using System.Collections.Immutable;

namespace Pos.LocalCloud.Tables.Storage;

/// <summary>Keeps everything in memory.</summary>
internal sealed class MemoryItemStore : IItemStore
{
    private readonly Lock _gate = new();
    private volatile ImmutableSortedSet<Entry> _entries = ImmutableSortedSet.Create<Entry>(new ByKey());

    public byte[]? Get(ReadOnlySpan<byte> key) =>
        _entries.TryGetValue(new(key.ToArray(), []), out var entry) ? entry.Value : null;

    public IItemCursor Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending)
    {
        var entries = _entries;
        var (low, high) = (IndexOf(entries, from), IndexOf(entries, to));
        return new Cursor(entries, low, high, descending);
    }

    public ValueTask CommitAsync(ItemBatch batch)
    {
        lock (_gate)
        {
            var entries = _entries;
            foreach (var (kind, key, value) in batch.Changes)
            {
                if (kind is ItemChangeKind.DeletePrefix)
                {
                    entries = entries.Except(entries.Where(entry => entry.Key.AsSpan().StartsWith(key)));
                    continue;
                }
                entries = entries.Remove(new(key, []));
                if (kind is ItemChangeKind.Put)
                    entries = entries.Add(new(key, value));
            }
            _entries = entries;
        }
        return ValueTask.CompletedTask;
    }

    public ValueTask WaitUntilDurableAsync(ReadOnlySpan<byte> key) => ValueTask.CompletedTask;

    public ValueTask WaitUntilDurableAsync() => ValueTask.CompletedTask;

    public void Dispose() { }

    private static int IndexOf(ImmutableSortedSet<Entry> entries, ReadOnlySpan<byte> key)
    {
        var index = entries.IndexOf(new(key.ToArray(), []));
        return index < 0 ? ~index : index;
    }

    private sealed record Entry(byte[] Key, byte[] Value);

    private sealed class ByKey : IComparer<Entry>
    {
        public int Compare(Entry? x, Entry? y) => x!.Key.AsSpan().SequenceCompareTo(y!.Key);
    }

    private sealed class Cursor(ImmutableSortedSet<Entry> entries, int low, int high, bool descending) : IItemCursor
    {
        private int _at = descending ? high : low - 1;

        public ReadOnlySpan<byte> Key => entries[_at].Key;
        public ReadOnlySpan<byte> Value => entries[_at].Value;

        public bool MoveNext()
        {
            _at += descending ? -1 : 1;
            return _at >= low && _at < high;
        }

        public void Dispose() { }
    }
}
