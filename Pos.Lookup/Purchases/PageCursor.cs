using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pos.Lookup.Purchases;

/// <summary>
/// Encodes the end of a page of a customer's purchases as opaque text: the sort key of its last purchase, and a
/// checksum over it and the customer. The checksum detects cursors that were truncated, edited or taken from another
/// customer. It protects nothing: a cursor grants no more than the customer's path does.
/// </summary>
internal static class PageCursor
{
    private const int ChecksumBytes = 8;

    // A sort key has 28 characters of time, '#' and up to 64 characters of purchase_id.
    private const int MaxCharacters = 160;

    public static string Create(string customerId, string sortKey)
    {
        var key = Encoding.UTF8.GetBytes(sortKey);
        return Base64Url.EncodeToString([.. Checksum(customerId, key), .. key]);
    }

    public static bool TryParse(string customerId, string cursor, out string sortKey)
    {
        sortKey = "";
        Span<byte> bytes = stackalloc byte[MaxCharacters];
        if (
            cursor.Length is 0 or > MaxCharacters
            || !Base64Url.IsValid(cursor)
            || !Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
            || length <= ChecksumBytes
        )
            return false;
        var key = bytes[ChecksumBytes..length];
        if (!Checksum(customerId, key).SequenceEqual(bytes[..ChecksumBytes]))
            return false;
        sortKey = Encoding.UTF8.GetString(key);
        return true;
    }

    private static ReadOnlySpan<byte> Checksum(string customerId, ReadOnlySpan<byte> sortKey) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(customerId), 0, .. sortKey]).AsSpan(0, ChecksumBytes);
}
