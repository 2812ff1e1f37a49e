using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions.Projections;

/// <summary>Selects parts of items: attributes, map entries and list elements.</summary>
internal sealed class Projection
{
    private readonly Node _root = new();

    public Projection(IEnumerable<DocumentPath> paths)
    {
        Paths = [.. paths];
        foreach (var path in Paths)
        {
            var node = _root;
            foreach (var step in path.Steps)
                node = node.Descend(step);
            node.IsWhole = true;
        }
    }

    public IReadOnlyList<DocumentPath> Paths { get; }

    /// <summary>Writes a map with the parts of the item that the paths select.</summary>
    public void Write(ReadOnlySpan<byte> item, ValueBuffer buffer) => WriteMap(_root, item, buffer);

    // Returns true if the map has any of the parts.
    private static bool WriteMap(Node node, ReadOnlySpan<byte> map, ValueBuffer buffer)
    {
        var found = false;
        for (var entries = new MapReader(map); entries.MoveNext(); )
        {
            if (node.Find(entries.Name) is not { } child)
                continue;
            var start = buffer.Length;
            buffer.AppendCounted(entries.Name);
            if (Write(child, entries.Value, buffer))
                found = true;
            else
                buffer.Truncate(start);
        }
        return found;
    }

    private static bool Write(Node node, ReadOnlySpan<byte> value, ValueBuffer buffer)
    {
        if (node.IsWhole)
        {
            buffer.Append(value);
            return true;
        }
        var type = (AttributeType)value[0];
        if (type is not (AttributeType.M or AttributeType.L))
            return false;
        var content = ValueEncoding.Content(value);
        var begin = buffer.Begin(type);
        var found = type is AttributeType.M ? WriteMap(node, content, buffer) : WriteList(node, content, buffer);
        buffer.End(begin);
        return found;
    }

    private static bool WriteList(Node node, ReadOnlySpan<byte> list, ValueBuffer buffer)
    {
        var (found, index) = (false, 0);
        for (var values = new ListReader(list); values.MoveNext(); index++)
        {
            if (node.Find(index) is not { } child)
                continue;
            var start = buffer.Length;
            if (Write(child, values.Value, buffer))
                found = true;
            else
                buffer.Truncate(start);
        }
        return found;
    }

    private sealed class Node
    {
        private List<(byte[] Name, Node Child)>? _names;
        private Dictionary<int, Node>? _indexes;

        public bool IsWhole { get; set; }

        public Node Descend(PathStep step)
        {
            if (!step.IsName)
            {
                _indexes ??= [];
                if (!_indexes.TryGetValue(step.Index, out var element))
                    _indexes.Add(step.Index, element = new());
                return element;
            }
            if (Find(step.Name) is { } known)
                return known;
            var child = new Node();
            (_names ??= []).Add((step.Name!, child));
            return child;
        }

        public Node? Find(ReadOnlySpan<byte> name)
        {
            foreach (var (known, child) in _names ?? [])
            {
                if (name.SequenceEqual(known))
                    return child;
            }
            return null;
        }

        public Node? Find(int index) => _indexes?.GetValueOrDefault(index);
    }
}
