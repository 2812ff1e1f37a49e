namespace LocalCloud.Tables.Storage;

/// <summary>Changes that are applied together or not at all, in the order in which they were added.</summary>
internal sealed class ItemBatch
{
    private readonly List<ItemChange> _changes = [];

    public IReadOnlyList<ItemChange> Changes => _changes;

    public void Put(byte[] key, byte[] value) => _changes.Add(new(ItemChangeKind.Put, key, value));

    public void Delete(byte[] key) => _changes.Add(new(ItemChangeKind.Delete, key, []));

    /// <summary>Deletes every key that begins with <paramref name="prefix"/>.</summary>
    public void DeletePrefix(byte[] prefix) => _changes.Add(new(ItemChangeKind.DeletePrefix, prefix, []));
}

internal enum ItemChangeKind
{
    Put,
    Delete,
    DeletePrefix,
}

internal readonly record struct ItemChange(ItemChangeKind Kind, byte[] Key, byte[] Value);
