namespace LocalCloud.Objects.Storage;

/// <summary>What a list of objects asks for. Bytes, since S3 orders keys by their UTF-8.</summary>
internal sealed record ListQuery
{
    public byte[] Prefix { get; init; } = [];

    /// <summary>Keys that hold it after the prefix are rolled up to one common prefix; empty: none are.</summary>
    public byte[] Delimiter { get; init; } = [];

    /// <summary>Only keys at or after this one.</summary>
    public byte[] From { get; init; } = [];

    /// <summary>Keys and common prefixes together.</summary>
    public int MaxKeys { get; init; } = 1000;

    /// <summary>The first key after <paramref name="key"/>.</summary>
    public static byte[] JustAfter(ReadOnlySpan<byte> key) => [.. key, 0];
}

/// <summary>A page of objects and common prefixes, each in order.</summary>
/// <param name="Next">The next page's <see cref="ListQuery.From"/>; null on the last.</param>
internal sealed record ListPage(IReadOnlyList<ObjectEntry> Objects, IReadOnlyList<byte[]> CommonPrefixes, byte[]? Next)
{
    /// <summary>Seeks from common prefix to common prefix: the cost is the page's, whatever the bucket holds.</summary>
    public static ListPage Of(SortedEntries entries, ListQuery query)
    {
        var objects = new List<ObjectEntry>();
        var commonPrefixes = new List<byte[]>();
        var from = query.From.AsSpan().SequenceCompareTo(query.Prefix) < 0 ? query.Prefix : query.From;
        while (from is not null)
        {
            byte[]? rolledUp = null;
            foreach (var entry in entries.From(from))
            {
                if (!entry.Key.AsSpan().StartsWith(query.Prefix))
                    return new ListPage(objects, commonPrefixes, null);
                if (objects.Count + commonPrefixes.Count >= query.MaxKeys)
                    return new ListPage(objects, commonPrefixes, entry.Key);
                rolledUp = CommonPrefix(entry.Key, query);
                if (rolledUp is not null)
                {
                    commonPrefixes.Add(rolledUp);
                    break;
                }
                objects.Add(entry);
            }
            from = rolledUp is null ? null : PastPrefix(rolledUp);
        }
        return new ListPage(objects, commonPrefixes, null);
    }

    public static byte[]? CommonPrefix(byte[] key, ListQuery query)
    {
        if (query.Delimiter.Length == 0 || key.Length < query.Prefix.Length)
            return null;
        var at = key.AsSpan(query.Prefix.Length).IndexOf(query.Delimiter);
        return at < 0 ? null : key[..(query.Prefix.Length + at + query.Delimiter.Length)];
    }

    /// <summary>
    /// The first key that sorts after all that begin with <paramref name="prefix"/>. UTF-8 has no byte 0xFF, so one can
    /// be added.
    /// </summary>
    public static byte[] PastPrefix(byte[] prefix)
    {
        var past = prefix[..];
        past[^1]++;
        return past;
    }
}
