using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// Where in a segment each shard's chunks are: at most one entry per shard and <see cref="Spacing"/> bytes of log.
/// </summary>
internal sealed class SegmentIndex
{
    /// <summary>Every chunk of a shard starts less than this after one of the shard's entries.</summary>
    public const int Spacing = 64 * 1024;

    private readonly Dictionary<int, ShardEntries> _shards = [];

    /// <summary>The segment's end: chunks before it are whole and on disk.</summary>
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
    /// Finds the stretch that holds the shard's first chunk with an ordinal ≥ and an arrival ≥ the given ones, or
    /// precedes it.
    /// </summary>
    public bool TryFind(int shard, long ordinal, long arrival, out Stretch stretch)
    {
        stretch = default;
        if (!_shards.TryGetValue(shard, out var found) || found.LastOrdinal < ordinal || found.LastArrival < arrival)
            return false;
        var entries = CollectionsMarshal.AsSpan(found.Entries);
        var (low, high) = (0, entries.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            // Chunks of one arrival may stand before an entry of that arrival, hence <.
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
        stretch = new Stretch(
            start,
            firstOrdinal,
            Math.Min(next.Offset, start + Spacing),
            found.End,
            next.FirstOrdinal
        );
        return true;
    }

    /// <summary>The shard's last record here: its ordinal and arrival.</summary>
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

    /// <param name="Start">Offset of a chunk of the shard.</param>
    /// <param name="FirstOrdinal">That chunk's.</param>
    /// <param name="Limit">No chunk of the shard that belongs to this stretch starts here or later.</param>
    /// <param name="End">End of the shard's last chunk in the segment.</param>
    /// <param name="NextOrdinal">The shard's first ordinal after this stretch.</param>
    internal readonly record struct Stretch(long Start, long FirstOrdinal, long Limit, long End, long NextOrdinal);

    private readonly record struct Entry(long Offset, long FirstOrdinal, long Arrival);

    private sealed class ShardEntries
    {
        public List<Entry> Entries { get; } = [];
        public long End { get; set; }
        public long LastOrdinal { get; set; }
        public long LastArrival { get; set; }
    }
}
