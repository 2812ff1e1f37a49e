using System.Buffers.Binary;
using System.Numerics;

namespace LocalCloud.Tables.Storage;

/// <summary>A batch in RocksDB's log, or bytes that are not a whole batch.</summary>
/// <param name="Offset">Where the bytes begin in the file.</param>
/// <param name="Sequence">The sequence number of the first change; null if the bytes are not a whole batch.</param>
/// <param name="Count">The number of changes.</param>
/// <param name="Mark">The sequence number up to which changes were on disk; 0 if the batch has no mark.</param>
internal readonly record struct WalRecord(long Offset, ulong? Sequence, uint Count, ulong Mark);

/// <summary>
/// Reads the batches of a log file. The file has blocks of 32 KiB; a batch has one or more fragments, each with a
/// checksum (RocksDB wiki, "Write Ahead Log File Format").
/// </summary>
internal sealed class WalRecords(string path)
{
    private const int BlockBytes = 32 * 1024;
    private const int HeaderBytes = 7; // checksum, length, type
    private const uint ChecksumMask = 0xa282ead8;
    private const int BatchHeaderBytes = 12; // sequence number, count
    private const byte LogDataTag = 3;
    private const int NeededBytes = BatchHeaderBytes + 2 + WalInspection.MarkBytes;

    private enum Fragment : byte
    {
        None,
        Full,
        First,
        Middle,
        Last,
    }

    private readonly byte[] _block = new byte[BlockBytes];
    private readonly byte[] _batch = new byte[NeededBytes]; // its first bytes
    private int _batchBytes;

    public IEnumerable<WalRecord> Read()
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var length = RandomAccess.GetLength(file);
        long? begun = null; // where the current batch began
        for (var blockStart = 0L; blockStart < length; blockStart += BlockBytes)
        {
            var bytes = ReadBlock(file, blockStart);
            for (var at = 0; at + HeaderBytes <= bytes; )
            {
                var offset = blockStart + at;
                if (!TryReadFragment(bytes, at, out var type, out var payload))
                {
                    yield return new WalRecord(begun ?? offset, null, 0, 0);
                    begun = null;
                    break; // the next block may be whole
                }
                var isStart = type is Fragment.Full or Fragment.First;
                if (isStart == begun is not null)
                    yield return new WalRecord(begun ?? offset, null, 0, 0); // a batch without its end, or its start
                if (isStart)
                    (begun, _batchBytes) = (offset, 0);
                else if (begun is null)
                    type = Fragment.Middle;
                Collect(at + HeaderBytes, payload);
                at += HeaderBytes + payload;
                if (type is not (Fragment.Full or Fragment.Last) || begun is not { } start)
                    continue;
                yield return Batch(start);
                begun = null;
            }
        }
        if (begun is { } torn)
            yield return new WalRecord(torn, null, 0, 0);
    }

    private int ReadBlock(Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset)
    {
        var read = 0;
        while (read < BlockBytes && RandomAccess.Read(file, _block.AsSpan(read), offset + read) is > 0 and var more)
            read += more;
        return read;
    }

    private bool TryReadFragment(int bytes, int at, out Fragment type, out int payload)
    {
        var header = _block.AsSpan(at, HeaderBytes);
        payload = BinaryPrimitives.ReadUInt16LittleEndian(header[4..]);
        type = (Fragment)header[6];
        if (type is < Fragment.Full or > Fragment.Last || at + HeaderBytes + payload > bytes)
            return false;
        var crc = Checksum(_block.AsSpan(at + 6, 1 + payload)); // of type and payload
        return BinaryPrimitives.ReadUInt32LittleEndian(header) == BitOperations.RotateRight(crc, 15) + ChecksumMask;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var one in bytes)
            crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }

    private void Collect(int at, int payload)
    {
        var taken = Math.Min(payload, NeededBytes - _batchBytes);
        _block.AsSpan(at, taken).CopyTo(_batch.AsSpan(_batchBytes));
        _batchBytes += taken;
    }

    private WalRecord Batch(long offset)
    {
        if (_batchBytes < BatchHeaderBytes)
            return new WalRecord(offset, null, 0, 0);
        var sequence = BinaryPrimitives.ReadUInt64LittleEndian(_batch);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(_batch.AsSpan(8));
        var hasMark =
            _batchBytes == NeededBytes
            && _batch[BatchHeaderBytes] == LogDataTag
            && _batch[BatchHeaderBytes + 1] == WalInspection.MarkBytes;
        var mark = hasMark ? BinaryPrimitives.ReadUInt64LittleEndian(_batch.AsSpan(BatchHeaderBytes + 2)) : 0;
        return new WalRecord(offset, sequence, count, mark);
    }
}
