using LocalCloud.Tables.Keys;
using LocalCloud.Tables.Limits;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Definitions;

/// <summary>
/// An immutable view of a table for requests. A changed definition creates a new one, which shares the counters and
/// the throughput.
/// </summary>
internal sealed class Table
{
    public Table(TableDefinition definition, Table? earlier)
    {
        Definition = definition;
        Sizes = earlier?.Sizes ?? new();
        Types = definition.Attributes.ToDictionary(
            attribute => attribute.Name,
            attribute => Enum.Parse<AttributeType>(attribute.Type),
            StringComparer.Ordinal
        );
        Key = Schema(definition.Key);
        Prefix = KeyEncoding.IndexPrefix(definition.Number, 0);
        RangeName = Key.Range?.Utf8 ?? [];
        LocalIndexes = [.. definition.LocalIndexes.Select(index => new TableIndex(this, index, isLocal: true))];
        GlobalIndexes = [.. definition.GlobalIndexes.Select(index => new TableIndex(this, index, isLocal: false))];
        Indexes = [.. LocalIndexes, .. GlobalIndexes];
        IndexKeyAttributes =
        [
            .. GlobalIndexes.SelectMany(index => index.Key.Attributes.Select(attribute => (attribute, index))),
            .. LocalIndexes.Select(index => (index.Key.Range!, index)),
        ];
        Expiry = definition.TimeToLive is { } ttl ? new(this, ttl) : null;
        Throughput = earlier?.Throughput ?? new();
        Throughput.Configure(this);
    }

    public TableDefinition Definition { get; }
    public string Name => Definition.Name;
    public KeySchema Key { get; }
    public byte[] Prefix { get; }

    /// <summary>The sort key's name as UTF-8; empty if there is none.</summary>
    public byte[] RangeName { get; }
    public IReadOnlyDictionary<string, AttributeType> Types { get; }
    public IReadOnlyList<TableIndex> LocalIndexes { get; }
    public IReadOnlyList<TableIndex> GlobalIndexes { get; }
    public IReadOnlyList<TableIndex> Indexes { get; }

    /// <summary>The key attributes of indexes, except the table's partition key; global indexes first.</summary>
    public IReadOnlyList<(KeyAttribute Attribute, TableIndex Index)> IndexKeyAttributes { get; }

    /// <summary>The internal index by expiry time; null if items do not expire.</summary>
    public ExpiryIndex? Expiry { get; }

    /// <summary>Item counts by index number; 0 is the table itself.</summary>
    public TableSizes Sizes { get; }
    public TableThroughput Throughput { get; }

    public bool IsOnDemand => Definition.BillingMode is BillingMode.PAY_PER_REQUEST;

    /// <summary>Returns the store key of an item; the item's key attributes suffice.</summary>
    public byte[] KeyOf(AttributeMap item)
    {
        using var buffer = new ValueBuffer(256);
        buffer.Append(Prefix);
        KeyEncoding.AppendKey(buffer, item[Key.Hash.Utf8], Key.Range is { } range ? item[range.Utf8] : default);
        return buffer.Written.ToArray();
    }

    public TableIndex? FindIndex(string name) => Indexes.FirstOrDefault(index => index.Name == name);

    public KeySchema Schema(IReadOnlyList<KeyElement> key) =>
        new(Attribute(key[0].Name), key.Count > 1 ? Attribute(key[1].Name) : null);

    private KeyAttribute Attribute(string name) => new(name, Types[name]);
}

/// <summary>An index of a table.</summary>
internal sealed class TableIndex
{
    public TableIndex(Table table, IndexDefinition definition, bool isLocal)
    {
        Definition = definition;
        Size = table.Sizes[definition.Number];
        IsLocal = isLocal;
        Key = table.Schema(definition.Key);
        Prefix = KeyEncoding.IndexPrefix(table.Definition.Number, definition.Number);
        Projected =
            definition.Projection is ProjectionType.ALL
                ? null
                :
                [
                    .. Key
                        .Attributes.Concat(table.Key.Attributes)
                        .Select(attribute => attribute.Name)
                        .Concat(definition.NonKeyAttributes ?? [])
                        .Distinct(StringComparer.Ordinal)
                        .Select(System.Text.Encoding.UTF8.GetBytes),
                ];
    }

    public IndexDefinition Definition { get; }
    public string Name => Definition.Name;
    public bool IsLocal { get; }
    public KeySchema Key { get; }
    public byte[] Prefix { get; }

    /// <summary>The names of the projected attributes as UTF-8; null if the index projects all.</summary>
    public IReadOnlyList<byte[]>? Projected { get; }

    public bool ProjectsAll => Projected is null;

    public bool Projects(ReadOnlySpan<byte> name)
    {
        foreach (var projected in Projected ?? [])
        {
            if (name.SequenceEqual(projected))
                return true;
        }
        return ProjectsAll;
    }

    public TableSize Size { get; }
}

/// <summary>The internal index of items by their expiry time.</summary>
internal sealed class ExpiryIndex(Table table, TimeToLiveDefinition definition)
{
    public byte[] Attribute { get; } = System.Text.Encoding.UTF8.GetBytes(definition.Attribute);

    public byte[] Prefix { get; } = KeyEncoding.IndexPrefix(table.Definition.Number, definition.IndexNumber);
}
