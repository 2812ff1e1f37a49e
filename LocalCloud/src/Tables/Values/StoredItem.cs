namespace LocalCloud.Tables.Values;

/// <summary>An item in its stored format: its sizes, then its attributes.</summary>
internal readonly struct StoredItem
{
    private readonly int _header;

    public StoredItem(byte[] stored)
    {
        Bytes = stored;
        Size = ReadSize(stored, out _header);
    }

    public byte[] Bytes { get; }

    public ItemSize Size { get; }

    public AttributeMap Item => new(Bytes.AsMemory(_header));

    /// <summary>Creates the stored format of an item.</summary>
    public static StoredItem Create(ReadOnlySpan<byte> item, ItemSize size)
    {
        Span<byte> header = stackalloc byte[10];
        var length = ValueEncoding.WriteLength(header, size.Item);
        length += ValueEncoding.WriteLength(header[length..], size.Page);
        var stored = new byte[length + item.Length];
        header[..length].CopyTo(stored);
        item.CopyTo(stored.AsSpan(length));
        return new(stored);
    }

    /// <summary>Reads the sizes at the start of a stored item.</summary>
    public static ItemSize ReadSize(ReadOnlySpan<byte> stored, out int header)
    {
        var item = ValueEncoding.ReadLength(stored, out var itemBytes);
        var page = ValueEncoding.ReadLength(stored[itemBytes..], out var pageBytes);
        header = itemBytes + pageBytes;
        return new(item, page);
    }
}
