using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace LocalCloud.Streams;

/// <summary>Hash keys, 0 … 2^128 − 1. Each open shard owns a range of them.</summary>
internal static class HashKey
{
    /// <summary>
    /// Returns the MD5 of a partition key as a 128-bit integer, by which Kinesis selects the shard (PutRecord).
    /// </summary>
    public static UInt128 FromPartitionKey(ReadOnlySpan<byte> utf8)
    {
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // The API defines this hash. Nothing here is secret.
        MD5.HashData(utf8, hash);
#pragma warning restore CA5351
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Checks the API's pattern <c>0|([1-9]\d{0,38})</c>. A matching number can still be ≥ 2^128.</summary>
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
