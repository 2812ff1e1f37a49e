using System.Text;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions.Updates;

/// <summary>A map or list that an update changes. Indexes refer to the list before the update.</summary>
internal sealed class MutableDocument
{
    private readonly AttributeValue _unchanged;
    private SortedDictionary<string, MutableDocument>? _map;
    private List<MutableDocument?>? _list;
    private SortedDictionary<int, MutableDocument>? _appended;

    public MutableDocument(AttributeValue value) => _unchanged = value;

    /// <exception cref="UpdateException">A step of the path is not in a map or list.</exception>
    public void Change(PlannedAction action, AttributeValue operand, string typeMismatch)
    {
        var parent = this;
        var steps = action.Path.Steps;
        for (var i = 1; i < steps.Count - 1; i++)
            parent = parent.Child(steps[i]) ?? throw new UpdateException(UpdateException.InvalidPath);
        var last = steps[^1];
        parent.Expand();
        if (last.IsName ? parent._map is null : parent._list is null)
            throw new UpdateException(UpdateException.InvalidPath);
        var old = parent.Child(last)?.Encode() ?? default;
        parent.Put(last, UpdateValues.Change(action.Kind, old, operand, typeMismatch));
    }

    public AttributeValue Encode()
    {
        if (_map is null && _list is null)
            return _unchanged;
        using var buffer = new ValueBuffer(_unchanged.Encoded.Length);
        Write(buffer);
        return new(buffer.Written.ToArray());
    }

    private MutableDocument? Child(PathStep step)
    {
        Expand();
        if (step.IsName)
            return _map?.GetValueOrDefault(Encoding.UTF8.GetString(step.Name!));
        return _list is not null && step.Index < _list.Count ? _list[step.Index] : null;
    }

    private void Put(PathStep step, AttributeValue value)
    {
        if (step.IsName)
        {
            var name = Encoding.UTF8.GetString(step.Name!);
            if (value.IsMissing)
                _map!.Remove(name);
            else
                _map![name] = new(value);
        }
        else if (step.Index < _list!.Count)
        {
            _list[step.Index] = value.IsMissing ? null : new(value);
        }
        else if (!value.IsMissing)
        {
            (_appended ??= [])[step.Index] = new(value);
        }
    }

    private void Expand()
    {
        if (_map is not null || _list is not null)
            return;
        var content = _unchanged.ContentMemory;
        if (_unchanged.Type is AttributeType.M)
        {
            _map = new(StringComparer.Ordinal);
            for (var entries = new MapReader(content.Span); entries.MoveNext(); )
                _map[Encoding.UTF8.GetString(entries.Name)] = new(
                    new AttributeValue(content.Slice(entries.ValueStart, entries.Value.Length))
                );
        }
        else if (_unchanged.Type is AttributeType.L)
        {
            _list = [];
            var start = 0;
            for (var values = new ListReader(content.Span); values.MoveNext(); start += values.Value.Length)
                _list.Add(new(new AttributeValue(content.Slice(start, values.Value.Length))));
        }
    }

    private void Write(ValueBuffer buffer)
    {
        if (_map is not null)
        {
            var map = buffer.Begin(AttributeType.M);
            foreach (var (name, value) in _map)
            {
                buffer.AppendCounted(Encoding.UTF8.GetBytes(name));
                value.Write(buffer);
            }
            // Beyond the basic plane, the order of UTF-16 text differs from that of UTF-8 bytes.
            buffer.SortMap(map);
            buffer.End(map);
        }
        else if (_list is not null)
        {
            var list = buffer.Begin(AttributeType.L);
            foreach (var value in _list)
                value?.Write(buffer);
            foreach (var value in _appended?.Values ?? Enumerable.Empty<MutableDocument>())
                value.Write(buffer);
            buffer.End(list);
        }
        else
        {
            buffer.Append(_unchanged.Encoded.Span);
        }
    }
}
