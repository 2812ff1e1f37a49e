namespace LocalCloud.Tables.Storage;

/// <summary>An ordered key-value store on disk. Keys are compared byte by byte.</summary>
internal interface IItemStore : IDisposable
{
    /// <summary>Returns the newest applied value, or null if the key has no value.</summary>
    byte[]? Get(ReadOnlySpan<byte> key);

    /// <summary>Reads the keys from <paramref name="from"/> to before <paramref name="to"/> of one snapshot.</summary>
    IItemCursor Scan(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool descending);

    /// <summary>
    /// Applies the batch as one change: later reads see all of it when this method has returned. The task completes
    /// when the batch is on disk. Batches reach the disk in the order in which they were applied. A task that fails
    /// with an <see cref="IOException"/> does not say whether the batch exists after a restart.
    /// </summary>
    /// <exception cref="IOException">The disk refused the batch; nothing of it was applied.</exception>
    ValueTask CommitAsync(ItemBatch batch);

    /// <summary>Completes when everything that was applied to the key before this call is on disk.</summary>
    ValueTask WaitUntilDurableAsync(ReadOnlySpan<byte> key);

    /// <summary>
    /// Completes when everything that was applied before this call to the keys from <paramref name="from"/> to before
    /// <paramref name="to"/> is on disk.
    /// </summary>
    ValueTask WaitUntilDurableAsync(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    /// <summary>Completes when everything that was applied before this call is on disk.</summary>
    ValueTask WaitUntilDurableAsync();
}

/// <summary>Moves over the entries of one snapshot. The spans are valid until the next move.</summary>
internal interface IItemCursor : IDisposable
{
    ReadOnlySpan<byte> Key { get; }

    ReadOnlySpan<byte> Value { get; }

    bool MoveNext();
}
