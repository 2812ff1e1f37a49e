using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// A sparse index of a segment's chunks by shard: at most one entry per shard and <see cref="Spacing"/> bytes.
/// </summary>
internal sealed class SegmentIndex
{
    /// <summary>Every chunk of a shard starts less than this many bytes after one of the shard's entries.</summary>
    public const int Spacing = 64 * 1024;

    private readonly Dictionary<int, ShardEntries> _shards = [];

    /// <summary>The end of the segment's last chunk. All chunks before it are on disk.</summary>
    public long Length { get; private set; }
    public long LastOrdinal { get; private set; } = -1;
    public long LastArrival { get; private set; } = long.MinValue;

    public void Add(long offset, in LogChunk chunk)
    {
        ref var shard = ref CollectionsMarshal.GetValueRefOrAddDefault(_shards, chunk.Shard, out _);
        shard ??= new ShardEntries();
        if (shard.Entries.Count == 0 || offset - shard.Entries[^1].Offset >= Spacing)
            shard.Entries.Add(new Entry(offset, chunk.FirstOrdinal, chunk.Arrival));
        shard.End = offset + chunk.TotalBytes;
        shard.LastOrdinal = chunk.LastOrdinal;
        shard.LastArrival = chunk.Arrival;
        Length = offset + chunk.TotalBytes;
        LastOrdinal = Math.Max(LastOrdinal, chunk.LastOrdinal);
        LastArrival = Math.Max(LastArrival, chunk.Arrival);
    }

    /// <summary>
    /// Finds the range from which to search for the shard's first chunk with at least the given ordinal and arrival.
    /// The range contains that chunk or precedes it.
    /// </summary>
    public bool TryFind(int shard, long ordinal, long arrival, out SearchRange range)
    {
        range = default;
        if (!_shards.TryGetValue(shard, out var found) || found.LastOrdinal < ordinal || found.LastArrival < arrival)
            return false;
        var entries = CollectionsMarshal.AsSpan(found.Entries);
        var (low, high) = (0, entries.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            // Chunks with the same arrival may precede an entry, hence <.
            if (entries[middle].FirstOrdinal <= ordinal || entries[middle].Arrival < arrival)
                low = middle;
            else
                high = middle - 1;
        }
        var (start, firstOrdinal, _) = entries[low];
        var next =
            low + 1 < entries.Length
                ? entries[low + 1]
                : new Entry(found.End, found.LastOrdinal + 1, found.LastArrival);
        range = new SearchRange(
            start,
            firstOrdinal,
            Math.Min(next.Offset, start + Spacing),
            found.End,
            next.FirstOrdinal
        );
        return true;
    }

    /// <summary>Gets the ordinal and arrival of the shard's last record in this segment.</summary>
    public bool TryGetLast(int shard, out long ordinal, out long arrival)
    {
        var found = _shards.TryGetValue(shard, out var entries);
        (ordinal, arrival) = found ? (entries!.LastOrdinal, entries.LastArrival) : (-1, long.MinValue);
        return found;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[40 + _shards.Values.Sum(shard => 32 + 24 * shard.Entries.Count)];
        var at = 8;
        Put(Length);
        Put(LastOrdinal);
        Put(LastArrival);
        Put(_shards.Count);
        foreach (var (number, shard) in _shards)
        {
            Put(((long)number << 32) | (uint)shard.Entries.Count);
            Put(shard.End);
            Put(shard.LastOrdinal);
            Put(shard.LastArrival);
            foreach (var entry in shard.Entries)
            {
                Put(entry.Offset);
                Put(entry.FirstOrdinal);
                Put(entry.Arrival);
            }
        }
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, XxHash3.HashToUInt64(bytes.AsSpan(8)));
        return bytes;

        void Put(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);
            at += 8;
        }
    }

    public static bool TryParse(byte[] bytes, out SegmentIndex index)
    {
        index = new SegmentIndex();
        if (
            bytes.Length < 40
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != XxHash3.HashToUInt64(bytes.AsSpan(8))
        )
            return false;
        var at = 8;
        (index.Length, index.LastOrdinal, index.LastArrival) = (Get(), Get(), Get());
        for (var shards = Get(); shards > 0; shards--)
        {
            var head = Get();
            var shard = new ShardEntries
            {
                End = Get(),
                LastOrdinal = Get(),
                LastArrival = Get(),
            };
            for (var count = (int)(uint)head; count > 0; count--)
                shard.Entries.Add(new Entry(Get(), Get(), Get()));
            index._shards.Add((int)(head >> 32), shard);
        }
        return true;

        long Get()
        {
            var value = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            at += 8;
            return value;
        }
    }

    /// <summary>A part of a segment in which to search for a shard's chunks.</summary>
    /// <param name="Start">Offset of the range's first chunk.</param>
    /// <param name="FirstOrdinal">First ordinal of that chunk.</param>
    /// <param name="Limit">Exclusive upper bound of the offsets at which the range's chunks start.</param>
    /// <param name="End">End of the shard's last chunk in the segment.</param>
    /// <param name="NextOrdinal">The shard's first ordinal after this range.</param>
    internal readonly record struct SearchRange(long Start, long FirstOrdinal, long Limit, long End, long NextOrdinal);

    private readonly record struct Entry(long Offset, long FirstOrdinal, long Arrival);

    private sealed class ShardEntries
    {
        public List<Entry> Entries { get; } = [];
        public long End { get; set; }
        public long LastOrdinal { get; set; }
        public long LastArrival { get; set; }
    }
}
