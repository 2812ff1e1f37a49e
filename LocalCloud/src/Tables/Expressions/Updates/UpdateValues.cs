using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions.Updates;

/// <summary>Applies actions and functions to values.</summary>
internal static class UpdateValues
{
    /// <summary>Returns the value after an action; a missing value if the action removes it.</summary>
    /// <exception cref="UpdateException">The types do not fit.</exception>
    public static AttributeValue Change(
        UpdateKind kind,
        AttributeValue old,
        AttributeValue operand,
        string typeMismatch
    )
    {
        switch (kind)
        {
            case UpdateKind.Set:
                return operand;
            case UpdateKind.Remove:
                return default;
        }
        if (!old.IsMissing && old.Type != operand.Type)
            throw new UpdateException(typeMismatch);
        if (kind is UpdateKind.Delete)
            return old.IsMissing ? old : Subtract(old, operand);
        if (operand.Type is AttributeType.N)
            return AddNumbers(old.IsMissing ? AttributeValue.Zero : old, operand, subtract: false);
        if (old.IsMissing)
            return operand;
        return operand.Type is AttributeType.L ? AppendList(old, operand) : Union(old, operand);
    }

    /// <exception cref="UpdateException">An operand is no number, or the result is out of range.</exception>
    public static AttributeValue AddNumbers(AttributeValue a, AttributeValue b, bool subtract)
    {
        if (a.Type is not AttributeType.N || b.Type is not AttributeType.N)
            throw new UpdateException(UpdateException.OperandType);
        return NumberText.Add(a.Content, b.Content, subtract, out var result) is { } error
            ? throw new UpdateException(error)
            : result;
    }

    /// <exception cref="UpdateException">An operand is no list.</exception>
    public static AttributeValue AppendList(AttributeValue a, AttributeValue b)
    {
        if (a.Type is not AttributeType.L || b.Type is not AttributeType.L)
            throw new UpdateException(UpdateException.OperandType);
        var buffer = new ValueBuffer(a.Encoded.Length + b.Encoded.Length);
        using (buffer)
        {
            var list = buffer.Begin(AttributeType.L);
            buffer.Append(a.Content);
            buffer.Append(b.Content);
            buffer.End(list);
            return new(buffer.Written.ToArray());
        }
    }

    private static AttributeValue Union(AttributeValue set, AttributeValue added)
    {
        using var buffer = new ValueBuffer(set.Encoded.Length + added.Encoded.Length);
        var start = buffer.Begin(set.Type);
        buffer.Append(set.Content);
        for (var elements = new SetReader(added.Content); elements.MoveNext(); )
        {
            if (!ValueComparison.SetContains(set.Content, elements.Element))
                buffer.AppendCounted(elements.Element);
        }
        buffer.End(start);
        return new(buffer.Written.ToArray());
    }

    // An empty set is not a value: the attribute is removed.
    private static AttributeValue Subtract(AttributeValue set, AttributeValue removed)
    {
        using var buffer = new ValueBuffer(set.Encoded.Length);
        var start = buffer.Begin(set.Type);
        for (var elements = new SetReader(set.Content); elements.MoveNext(); )
        {
            if (!ValueComparison.SetContains(removed.Content, elements.Element))
                buffer.AppendCounted(elements.Element);
        }
        if (buffer.Length == start)
            return default;
        buffer.End(start);
        return new(buffer.Written.ToArray());
    }
}
