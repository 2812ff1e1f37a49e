namespace LocalCloud.Objects.Storage;

/// <summary>A query for a list of objects. Keys are bytes, because S3 orders them by their UTF-8.</summary>
internal sealed record ListQuery
{
    public byte[] Prefix { get; init; } = [];

    /// <summary>Keys with it after the prefix are grouped to a common prefix. Empty for no grouping.</summary>
    public byte[] Delimiter { get; init; } = [];

    /// <summary>First key to list.</summary>
    public byte[] From { get; init; } = [];

    /// <summary>Maximum number of keys and common prefixes together.</summary>
    public int MaxKeys { get; init; } = 1000;

    /// <summary>Returns the first key after <paramref name="key"/>.</summary>
    public static byte[] GetKeyAfter(ReadOnlySpan<byte> key) => [.. key, 0];
}

/// <summary>A page of objects and common prefixes, each in order.</summary>
/// <param name="Next">The next page's <see cref="ListQuery.From"/>; null on the last page.</param>
internal sealed record ListPage(IReadOnlyList<ObjectEntry> Objects, IReadOnlyList<byte[]> CommonPrefixes, byte[]? Next)
{
    /// <summary>
    /// Lists a page. Seeks from one common prefix to the next, so the cost depends on the page, not on the bucket.
    /// </summary>
    public static ListPage Create(SortedEntries entries, ListQuery query)
    {
        var objects = new List<ObjectEntry>();
        var commonPrefixes = new List<byte[]>();
        var from = query.From.AsSpan().SequenceCompareTo(query.Prefix) < 0 ? query.Prefix : query.From;
        while (from is not null)
        {
            byte[]? commonPrefix = null;
            foreach (var entry in entries.From(from))
            {
                if (!entry.Key.AsSpan().StartsWith(query.Prefix))
                    return new ListPage(objects, commonPrefixes, null);
                if (objects.Count + commonPrefixes.Count >= query.MaxKeys)
                    return new ListPage(objects, commonPrefixes, entry.Key);
                commonPrefix = GetCommonPrefix(entry.Key, query);
                if (commonPrefix is not null)
                {
                    commonPrefixes.Add(commonPrefix);
                    break;
                }
                objects.Add(entry);
            }
            from = commonPrefix is null ? null : GetKeyAfterPrefix(commonPrefix);
        }
        return new ListPage(objects, commonPrefixes, null);
    }

    public static byte[]? GetCommonPrefix(byte[] key, ListQuery query)
    {
        if (query.Delimiter.Length == 0 || key.Length < query.Prefix.Length)
            return null;
        var at = key.AsSpan(query.Prefix.Length).IndexOf(query.Delimiter);
        return at < 0 ? null : key[..(query.Prefix.Length + at + query.Delimiter.Length)];
    }

    /// <summary>
    /// Returns the first key that sorts after all keys with this <paramref name="prefix"/>. UTF-8 has no byte 0xFF, so
    /// the last byte can be incremented.
    /// </summary>
    public static byte[] GetKeyAfterPrefix(byte[] prefix)
    {
        var past = prefix[..];
        past[^1]++;
        return past;
    }
}
