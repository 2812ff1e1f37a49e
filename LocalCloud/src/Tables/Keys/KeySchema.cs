using System.Text;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Keys;

/// <summary>An attribute of a key.</summary>
internal sealed class KeyAttribute(string name, AttributeType type)
{
    public string Name => name;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

    public AttributeType Type => type;
}

/// <summary>The key of a table or an index: a partition key and an optional sort key.</summary>
internal sealed record KeySchema(KeyAttribute Hash, KeyAttribute? Range)
{
    public IEnumerable<KeyAttribute> Attributes => Range is null ? [Hash] : [Hash, Range];

    public int Count => Range is null ? 1 : 2;

    public bool Contains(string name) => Hash.Name == name || Range?.Name == name;
}
