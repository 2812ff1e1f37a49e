using System.Buffers.Binary;
using System.IO.Hashing;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// The log's unit: records of one shard with consecutive ordinals and a common checksum.
/// <code>
/// 0  magic "PLC1"        24 arrival, Unix ms       44 XXH3 of the payload
/// 4  payload bytes       32 shard number           52 XXH3 of bytes 0–51
/// 8  round's file offset 36 record count           60 payload
/// 16 first ordinal       40 reserved
/// </code>
/// The payload has for each record: key bytes (u16), data bytes (i32), key, data. All numbers are little-endian.
/// A round is the chunks of one flush. Its offset distinguishes a torn tail, which was
/// never acknowledged, from corruption: if a later round exists, the earlier one was acknowledged.
/// </summary>
internal readonly record struct LogChunk
{
    public const int HeaderBytes = 60;
    public const int RecordHeaderBytes = 6;

    /// <summary>
    /// A chunk is full at this size. Reading a record reads its whole chunk, so this limits the overhead.
    /// </summary>
    public const int TargetPayloadBytes = 128 * 1024;

    /// <summary>
    /// More than a full chunk plus the largest record (1 MiB with its key). A header with a larger length is invalid.
    /// </summary>
    public const int MaxPayloadBytes = 4 * 1024 * 1024;

    public static ReadOnlySpan<byte> Magic => "PLC1"u8;

    public required int PayloadBytes { get; init; }
    public required long Round { get; init; }
    public required long FirstOrdinal { get; init; }
    public required long Arrival { get; init; }
    public required int Shard { get; init; }
    public required int Count { get; init; }
    public ulong PayloadHash { get; init; }

    public long LastOrdinal => FirstOrdinal + Count - 1;
    public int TotalBytes => HeaderBytes + PayloadBytes;

    /// <summary>Writes the header in front of the payload, which is already in the buffer.</summary>
    public void Seal(Span<byte> chunk)
    {
        Magic.CopyTo(chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk[4..], PayloadBytes);
        BinaryPrimitives.WriteInt64LittleEndian(chunk[8..], Round);
        BinaryPrimitives.WriteInt64LittleEndian(chunk[16..], FirstOrdinal);
        BinaryPrimitives.WriteInt64LittleEndian(chunk[24..], Arrival);
        BinaryPrimitives.WriteInt32LittleEndian(chunk[32..], Shard);
        BinaryPrimitives.WriteInt32LittleEndian(chunk[36..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(chunk[40..], 0);
        BinaryPrimitives.WriteUInt64LittleEndian(
            chunk[44..],
            XxHash3.HashToUInt64(chunk.Slice(HeaderBytes, PayloadBytes))
        );
        BinaryPrimitives.WriteUInt64LittleEndian(chunk[52..], XxHash3.HashToUInt64(chunk[..52]));
    }

    public static bool TryReadHeader(ReadOnlySpan<byte> bytes, out LogChunk chunk)
    {
        chunk = default;
        if (
            bytes.Length < HeaderBytes
            || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[52..]) != XxHash3.HashToUInt64(bytes[..52])
        )
            return false;
        chunk = new LogChunk
        {
            PayloadBytes = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            Round = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            FirstOrdinal = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            Arrival = BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            Shard = BinaryPrimitives.ReadInt32LittleEndian(bytes[32..]),
            Count = BinaryPrimitives.ReadInt32LittleEndian(bytes[36..]),
            PayloadHash = BinaryPrimitives.ReadUInt64LittleEndian(bytes[44..]),
        };
        return chunk.PayloadBytes is > 0 and <= MaxPayloadBytes && chunk.Count > 0;
    }

    public bool Matches(ReadOnlySpan<byte> payload) => XxHash3.HashToUInt64(payload) == PayloadHash;
}

/// <summary>A record in a chunk. Its spans are in the reader's buffer and valid until the next record.</summary>
internal readonly ref struct LogRecord
{
    public required long Ordinal { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Arrival { get; init; }
    public required ReadOnlySpan<byte> PartitionKey { get; init; }
    public required ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>Receives the records of a read in order.</summary>
internal interface ILogRecordSink
{
    /// <summary>Returns false to end the read before this record.</summary>
    bool TryAdd(in LogRecord record);
}
