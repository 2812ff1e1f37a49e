using System.Text;

namespace LocalCloud.Tables.Values;

/// <summary>
/// An item, or the content of a map value: names and values, sorted by the bytes of the names, each name once.
/// </summary>
internal readonly struct AttributeMap(ReadOnlyMemory<byte> encoded)
{
    public ReadOnlyMemory<byte> Encoded { get; } = encoded;

    public bool IsEmpty => Encoded.IsEmpty;

    public int Count
    {
        get
        {
            var count = 0;
            var entries = new MapReader(Encoded.Span);
            while (entries.MoveNext())
                count++;
            return count;
        }
    }

    /// <summary>Returns the value of an attribute; a missing value if the map does not have it.</summary>
    public AttributeValue this[ReadOnlySpan<byte> name]
    {
        get
        {
            var entries = new MapReader(Encoded.Span);
            while (entries.MoveNext())
            {
                var order = entries.Name.SequenceCompareTo(name);
                if (order == 0)
                    return new(Encoded.Slice(entries.ValueStart, entries.Value.Length));
                if (order > 0)
                    break;
            }
            return default;
        }
    }

    public AttributeValue this[string name] => this[Encoding.UTF8.GetBytes(name)];
}

/// <summary>Moves over the entries of a map.</summary>
internal ref struct MapReader(ReadOnlySpan<byte> map)
{
    private readonly ReadOnlySpan<byte> _map = map;
    private int _next;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The encoded value.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Where the entry begins in the map.</summary>
    public int EntryStart { get; private set; }

    public int ValueStart { get; private set; }

    public bool MoveNext()
    {
        if (_next >= _map.Length)
            return false;
        EntryStart = _next;
        var nameLength = ValueEncoding.ReadLength(_map[_next..], out var lengthBytes);
        Name = _map.Slice(_next + lengthBytes, nameLength);
        ValueStart = _next + lengthBytes + nameLength;
        var rest = _map[ValueStart..];
        Value = rest[..ValueEncoding.Length(rest)];
        _next = ValueStart + Value.Length;
        return true;
    }
}

/// <summary>Moves over the values of a list.</summary>
internal ref struct ListReader(ReadOnlySpan<byte> list)
{
    private ReadOnlySpan<byte> _rest = list;

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        Value = _rest[..ValueEncoding.Length(_rest)];
        _rest = _rest[Value.Length..];
        return true;
    }
}

/// <summary>Moves over the elements of a set.</summary>
internal ref struct SetReader(ReadOnlySpan<byte> set)
{
    private ReadOnlySpan<byte> _rest = set;

    public ReadOnlySpan<byte> Element { get; private set; }

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        var length = ValueEncoding.ReadLength(_rest, out var lengthBytes);
        Element = _rest.Slice(lengthBytes, length);
        _rest = _rest[(lengthBytes + length)..];
        return true;
    }
}
