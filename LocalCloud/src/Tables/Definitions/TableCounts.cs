using System.Buffers.Binary;
using LocalCloud.Tables.Storage;

namespace LocalCloud.Tables.Definitions;

/// <summary>
/// Saves the item counts to the store from time to time; AWS updates its counts about every six hours. After a crash,
/// the counts lack the changes since the last save.
/// </summary>
internal static class TableCounts
{
    private const byte Mark = (byte)'S';
    private const int EntryBytes = 2 + 8 + 8;

    public static byte[] Key(uint table)
    {
        var key = new byte[5];
        key[0] = Mark;
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(1), table);
        return key;
    }

    public static void Load(IItemStore store, Table table)
    {
        var stored = store.Get(Key(table.Definition.Number)).AsSpan();
        for (; stored.Length >= EntryBytes; stored = stored[EntryBytes..])
        {
            table
                .Sizes[BinaryPrimitives.ReadUInt16BigEndian(stored)]
                .Set(
                    BinaryPrimitives.ReadInt64BigEndian(stored[2..]),
                    BinaryPrimitives.ReadInt64BigEndian(stored[10..])
                );
        }
    }

    public static void Add(ItemBatch batch, Table table)
    {
        var stored = new byte[table.Sizes.All.Count() * EntryBytes];
        var at = 0;
        foreach (var (index, size) in table.Sizes.All.Take(stored.Length / EntryBytes))
        {
            BinaryPrimitives.WriteUInt16BigEndian(stored.AsSpan(at), index);
            BinaryPrimitives.WriteInt64BigEndian(stored.AsSpan(at + 2), size.Items);
            BinaryPrimitives.WriteInt64BigEndian(stored.AsSpan(at + 10), size.Bytes);
            at += EntryBytes;
        }
        batch.Put(Key(table.Definition.Number), stored[..at]);
    }
}
