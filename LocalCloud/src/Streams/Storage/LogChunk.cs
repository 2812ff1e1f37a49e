using System.Buffers.Binary;
using System.IO.Hashing;

namespace LocalCloud.Streams.Storage;

/// <summary>
/// The log's unit: records of one shard with successive ordinals, checksummed together.
/// <code>
/// 0  magic "PLC1"        24 arrival, Unix ms       44 XXH3 of the payload
/// 4  payload bytes       32 shard number           52 XXH3 of bytes 0–51
/// 8  round's file offset 36 record count           60 payload: per record key bytes (u16), data bytes (i32), key, data
/// 16 first ordinal       40 reserved
/// </code>
/// All little-endian. A round is what one flush made durable; its offset tells a torn tail (the round was never
/// acknowledged) from corruption (a later round exists, so this one was).
/// </summary>
internal readonly record struct LogChunk
{
    public const int HeaderBytes = 60;
    public const int RecordHeaderBytes = 6;

    /// <summary>
    /// A chunk takes no more records from here on; reading a record reads its chunk, so this bounds the waste.
    /// </summary>
    public const int TargetPayloadBytes = 128 * 1024;

    /// <summary>
    /// More than any record (1 MiB with its key) and a full chunk can be; a larger length is no header of ours.
    /// </summary>
    public const int LargestPayloadBytes = 4 * 1024 * 1024;

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

    /// <summary>Writes the header before the payload that already stands behind it.</summary>
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
        return chunk.PayloadBytes is > 0 and <= LargestPayloadBytes && chunk.Count > 0;
    }

    public bool Matches(ReadOnlySpan<byte> payload) => XxHash3.HashToUInt64(payload) == PayloadHash;
}

/// <summary>A record in a chunk that has been read; its bytes are the reader's, good until the next record.</summary>
internal readonly ref struct LogRecord
{
    public required long Ordinal { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long Arrival { get; init; }
    public required ReadOnlySpan<byte> PartitionKey { get; init; }
    public required ReadOnlySpan<byte> Data { get; init; }
}

/// <summary>Takes the records of a read in order.</summary>
internal interface ILogRecordSink
{
    /// <returns>False when the record was not taken; the read ends before it.</returns>
    bool Take(in LogRecord record);
}
