using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace LocalCloud.Streams;

/// <summary>A point of the hash key space, 0 … 2^128 − 1, that shards divide among themselves.</summary>
internal static class HashKey
{
    /// <summary>
    /// Kinesis maps a partition key to a shard by its MD5 as a 128-bit integer (PutRecord, ExplicitHashKey).
    /// </summary>
    public static UInt128 OfPartitionKey(ReadOnlySpan<byte> utf8)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // The API's own hash; nothing here is a secret.
        MD5.HashData(utf8, hash);
#pragma warning restore CA5351
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>The API's pattern is <c>0|([1-9]\d{0,38})</c>; what fits the pattern may still be ≥ 2^128.</summary>
    public static bool FitsPattern(string text) =>
        text is "0"
        || (
            text.Length is >= 1 and <= 39
            && text[0] is >= '1' and <= '9'
            && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
        );

    public static bool TryParse(string text, out UInt128 key) =>
        UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out key);
}
