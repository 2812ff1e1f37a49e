using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LocalCloud.Protocol;
using LocalCloud.Streams.Storage;

namespace LocalCloud.Streams;

/// <summary>
/// Encodes the records of several calls as one round of the log, by shard and in the order of the calls.
/// </summary>
internal sealed class CommitRound : IDisposable
{
    private readonly PooledBuffer _buffer = new();
    private readonly List<PlacedChunk> _chunks = [];

    public ReadOnlySpan<byte> Bytes => _buffer.WrittenSpan;
    public ReadOnlySpan<PlacedChunk> Chunks => CollectionsMarshal.AsSpan(_chunks);

    /// <summary>Encodes a round that starts at the offset <paramref name="start"/> of its segment.</summary>
    public void Encode(List<PutBatch> batches, Shard[] openShards, long start, long firstOrdinal, long arrival)
    {
        _buffer.Clear();
        _chunks.Clear();
        var (total, bytes) = (batches.Sum(batch => batch.Count), batches.Sum(batch => batch.Bytes.WrittenSpan.Length));
        _buffer.Reserve(
            bytes
                + total * LogChunk.RecordHeaderBytes
                + (openShards.Length + bytes / LogChunk.TargetPayloadBytes + 1) * LogChunk.HeaderBytes
        );
        var order = ArrayPool<(int Batch, int Entry)>.Shared.Rent(total);
        try
        {
            // Counting sort by shard. It is stable, so a shard's records keep the order of their calls.
            var ends = new int[openShards.Length];
            foreach (var batch in batches)
            {
                foreach (ref var entry in batch.Entries)
                {
                    if (!entry.Throttled)
                        ends[entry.Shard = StreamState.Route(openShards, entry.HashKey)]++;
                }
            }
            for (var (i, sum) = (0, 0); i < ends.Length; i++)
                (sum, ends[i]) = (sum + ends[i], sum);
            for (var b = 0; b < batches.Count; b++)
            {
                var entries = batches[b].Entries;
                for (var e = 0; e < entries.Length; e++)
                {
                    if (!entries[e].Throttled)
                        order[ends[entries[e].Shard]++] = (b, e);
                }
            }
            var ordinal = firstOrdinal;
            for (var (shard, from) = (0, 0); shard < ends.Length; from = ends[shard++])
                EncodeShard(
                    batches,
                    order.AsSpan(from, ends[shard] - from),
                    openShards[shard].Number,
                    start,
                    ref ordinal,
                    arrival
                );
        }
        finally
        {
            ArrayPool<(int, int)>.Shared.Return(order);
        }
    }

    public void Dispose() => _buffer.Dispose();

    private void EncodeShard(
        List<PutBatch> batches,
        ReadOnlySpan<(int Batch, int Entry)> records,
        int shard,
        long start,
        ref long ordinal,
        long arrival
    )
    {
        for (var next = 0; next < records.Length; )
        {
            var (first, chunkOffset, payload) = (next, _buffer.WrittenSpan.Length, 0);
            _buffer.GetSpan(LogChunk.HeaderBytes);
            _buffer.Advance(LogChunk.HeaderBytes);
            for (; next < records.Length && payload < LogChunk.TargetPayloadBytes; next++)
            {
                var batch = batches[records[next].Batch];
                ref var entry = ref batch.Entries[records[next].Entry];
                (entry.Shard, entry.Ordinal) = (shard, ordinal + next - first);
                payload += Put(batch.Bytes.WrittenSpan, entry);
            }
            var chunk = new LogChunk
            {
                PayloadBytes = payload,
                Round = start,
                FirstOrdinal = ordinal,
                Arrival = arrival,
                Shard = shard,
                Count = next - first,
            };
            chunk.Seal(_buffer.WrittenSpan[chunkOffset..]);
            _chunks.Add(new PlacedChunk(start + chunkOffset, chunk));
            ordinal += chunk.Count;
        }
    }

    private int Put(ReadOnlySpan<byte> bytes, in PutBatch.Entry entry)
    {
        var length = LogChunk.RecordHeaderBytes + entry.KeyBytes + entry.DataBytes;
        var span = _buffer.GetSpan(length);
        BinaryPrimitives.WriteUInt16LittleEndian(span, (ushort)entry.KeyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(span[2..], entry.DataBytes);
        bytes.Slice(entry.KeyOffset, entry.KeyBytes).CopyTo(span[LogChunk.RecordHeaderBytes..]);
        bytes.Slice(entry.DataOffset, entry.DataBytes).CopyTo(span[(LogChunk.RecordHeaderBytes + entry.KeyBytes)..]);
        _buffer.Advance(length);
        return length;
    }
}
