using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions.Updates;

/// <summary>An update with its paths and values, which can be applied to items.</summary>
internal sealed class BoundUpdate(UpdatePlan plan, Bindings bindings)
{
    private readonly Bindings _bindings = bindings;

    public UpdatePlan Plan => plan;

    /// <summary>The error message if an existing value has another type.</summary>
    public string TypeMismatch { get; init; } = UpdateException.OperandType;

    /// <summary>Writes the changed item.</summary>
    /// <param name="item">The item before the update, or its key if there is no item.</param>
    /// <param name="buffer">Receives the updated item, with sorted attributes.</param>
    /// <exception cref="UpdateException">The update does not apply to the item.</exception>
    public void Apply(AttributeMap item, ValueBuffer buffer)
    {
        // Evaluate every operand before changing the item.
        var operands = new AttributeValue[plan.Changes.Length];
        for (var i = 0; i < operands.Length; i++)
        {
            var change = plan.Changes[i];
            if (change.IsWhole && change.Actions[0].Operand is { } operand)
                operands[i] = Evaluate(operand, item);
        }
        var next = 0;
        for (var entries = new MapReader(item.Encoded.Span); entries.MoveNext(); )
        {
            var order = -1;
            while (
                next < plan.Changes.Length
                && (order = plan.Changes[next].Name.AsSpan().SequenceCompareTo(entries.Name)) < 0
            )
                Write(plan.Changes[next], operands[next++], default, item, buffer);
            if (next < plan.Changes.Length && order == 0)
            {
                var old = new AttributeValue(item.Encoded.Slice(entries.ValueStart, entries.Value.Length));
                Write(plan.Changes[next], operands[next++], old, item, buffer);
            }
            else
            {
                buffer.Append(item.Encoded.Span[entries.EntryStart..(entries.ValueStart + entries.Value.Length)]);
            }
        }
        for (; next < plan.Changes.Length; next++)
            Write(plan.Changes[next], operands[next], default, item, buffer);
    }

    /// <summary>Returns the type that an action gives to its attribute; null if it depends on the item.</summary>
    public AttributeType? StaticType(PlannedAction action) =>
        action.Operand switch
        {
            ValueOperand value => _bindings.Value(value.Value).Type,
            FunctionOperand { Name: "list_append" } => AttributeType.L,
            FunctionOperand { Name: "+" or "-" } => AttributeType.N,
            FunctionOperand { Name: "if_not_exists", Arguments: [_, ValueOperand value] } => _bindings
                .Value(value.Value)
                .Type,
            _ => null,
        };

    /// <summary>Evaluates an operand on the item before the update.</summary>
    public AttributeValue Evaluate(Operand operand, AttributeMap item) =>
        operand switch
        {
            ValueOperand value => _bindings.Value(value.Value),
            PathOperand path => _bindings.Path(path.Path).Find(item) is { IsMissing: false } found
                ? found
                : throw new UpdateException(UpdateException.MissingAttribute),
            FunctionOperand function => Evaluate(function, item),
            _ => throw new InvalidOperationException("Unknown operand."),
        };

    private AttributeValue Evaluate(FunctionOperand function, AttributeMap item)
    {
        if (function.Name is "if_not_exists")
        {
            var current = _bindings.Path(((PathOperand)function.Arguments[0]).Path).Find(item);
            return current.IsMissing ? Evaluate(function.Arguments[1], item) : current;
        }
        var (first, second) = (Evaluate(function.Arguments[0], item), Evaluate(function.Arguments[1], item));
        if (function.Name is "list_append")
            return UpdateValues.AppendList(first, second);
        return UpdateValues.AddNumbers(first, second, subtract: function.Name is "-");
    }

    private void Write(
        AttributeChange change,
        AttributeValue operand,
        AttributeValue old,
        AttributeMap item,
        ValueBuffer buffer
    )
    {
        var value = change.IsWhole
            ? UpdateValues.Change(change.Actions[0].Kind, old, operand, TypeMismatch)
            : ChangeParts(change, old, item);
        if (value.IsMissing)
            return;
        buffer.AppendCounted(change.Name);
        buffer.Append(value.Encoded.Span);
    }

    private AttributeValue ChangeParts(AttributeChange change, AttributeValue old, AttributeMap item)
    {
        if (old.IsMissing)
            throw new UpdateException(UpdateException.InvalidPath);
        var document = new MutableDocument(old);
        foreach (var action in change.Actions)
        {
            var operand = action.Operand is null ? default : Evaluate(action.Operand, item);
            document.Change(action, operand, TypeMismatch);
        }
        return document.Encode();
    }
}

/// <summary>The error of an update that cannot be applied to the item, with AWS's message.</summary>
internal sealed class UpdateException(string message) : Exception(message)
{
    public const string OperandType = "An operand in the update expression has an incorrect data type";

    public const string InvalidPath = "The document path provided in the update expression is invalid for update";

    public const string MissingAttribute =
        "The provided expression refers to an attribute that does not exist in the item";
}
