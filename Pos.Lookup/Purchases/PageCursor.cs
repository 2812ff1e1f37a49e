using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Pos.Lookup.Purchases;

/// <summary>
/// Where a page of a customer's purchases ended, as opaque text: the sort key of its last purchase and a checksum over
/// it and the customer. It grants nothing that the customer's path does not; the checksum keeps a cursor that was cut
/// off, edited or taken from another customer from silently giving a wrong page.
/// </summary>
internal static class PageCursor
{
    private const int ChecksumBytes = 8;

    // A sort key has 28 characters of time, '#' and at most 64 of purchase_id.
    private const int MaximumCharacters = 160;

    public static string Of(string customerId, string sortKey)
    {
        var key = Encoding.UTF8.GetBytes(sortKey);
        return Base64Url.EncodeToString([.. Checksum(customerId, key), .. key]);
    }

    public static bool TryParse(string customerId, string cursor, out string sortKey)
    {
        sortKey = "";
        Span<byte> bytes = stackalloc byte[MaximumCharacters];
        if (
            cursor.Length is 0 or > MaximumCharacters
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
