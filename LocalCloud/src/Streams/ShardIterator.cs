using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>
/// A reader's position, encoded in a token. The server keeps no state, so iterators survive a restart.
/// </summary>
/// <param name="Ordinal">The next record to read has this ordinal or a greater one.</param>
/// <param name="Issued">Unix milliseconds.</param>
internal sealed record ShardIterator(string Stream, long StreamCreated, int Shard, long Ordinal, long Issued)
{
    // GetShardIterator: "A shard iterator expires 5 minutes after it is returned to the requester."
    private const long LifetimeMilliseconds = 300_000;
    private const int FixedBytes = 8 + 8 + 4 + 8 + 8;

    public string Encode()
    {
        var name = Encoding.ASCII.GetByteCount(Stream);
        Span<byte> bytes = stackalloc byte[FixedBytes + name];
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], StreamCreated);
        BinaryPrimitives.WriteInt32BigEndian(bytes[16..], Shard);
        BinaryPrimitives.WriteInt64BigEndian(bytes[20..], Ordinal);
        BinaryPrimitives.WriteInt64BigEndian(bytes[28..], Issued);
        Encoding.ASCII.GetBytes(Stream, bytes[FixedBytes..]);
        BinaryPrimitives.WriteUInt64BigEndian(bytes, XxHash3.HashToUInt64(bytes[8..]));
        return Convert.ToBase64String(bytes);
    }

    /// <exception cref="AwsException">InvalidArgumentException, ExpiredIteratorException</exception>
    public static ShardIterator Decode(string token, DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[512];
        if (
            !Convert.TryFromBase64String(token, bytes, out var length)
            || length <= FixedBytes
            || BinaryPrimitives.ReadUInt64BigEndian(bytes) != XxHash3.HashToUInt64(bytes[8..length])
        )
            throw new AwsException("InvalidArgumentException", "Invalid ShardIterator.");
        bytes = bytes[..length];
        var iterator = new ShardIterator(
            Encoding.ASCII.GetString(bytes[FixedBytes..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32BigEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[20..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[28..])
        );
        if (now.ToUnixTimeMilliseconds() - iterator.Issued > LifetimeMilliseconds)
        {
            var issued = DateTimeOffset.FromUnixTimeMilliseconds(iterator.Issued);
            throw new AwsException(
                "ExpiredIteratorException",
                $"Iterator expired. The iterator was created at time {issued:R} while right now it is {now:R} "
                    + $"which is further in the future than the tolerated delay of {LifetimeMilliseconds} milliseconds."
            );
        }
        return iterator;
    }
}
