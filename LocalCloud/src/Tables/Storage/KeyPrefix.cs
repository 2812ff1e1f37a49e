namespace LocalCloud.Tables.Storage;

/// <summary>The range of keys that begin with a prefix.</summary>
internal static class KeyPrefix
{
    /// <summary>Returns the first key after all keys that begin with the prefix.</summary>
    /// <exception cref="ArgumentException">The prefix is empty, or all its bytes are 0xFF.</exception>
    public static byte[] End(ReadOnlySpan<byte> prefix)
    {
        var last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        if (last < 0)
            throw new ArgumentException("The prefix needs a byte other than 0xFF.", nameof(prefix));
        var end = prefix[..(last + 1)].ToArray();
        end[last]++;
        return end;
    }
}
