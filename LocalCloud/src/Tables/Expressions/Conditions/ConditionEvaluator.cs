using System.Text;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions.Conditions;

/// <summary>A condition with its paths and values, which can be evaluated on items.</summary>
internal sealed class BoundCondition(Condition root, Bindings bindings)
{
    private readonly Bindings _bindings = bindings;

    /// <summary>The root of the condition, for checks of the paths that it uses.</summary>
    public Condition Root => root;

    public Bindings Bindings => _bindings;

    public bool Matches(AttributeMap item) => Matches(root, item);

    private bool Matches(Condition condition, AttributeMap item) =>
        condition switch
        {
            AndCondition and => Matches(and.Left, item) && Matches(and.Right, item),
            OrCondition or => Matches(or.Left, item) || Matches(or.Right, item),
            NotCondition not => !Matches(not.Negated, item),
            _ => MatchesPredicate((Predicate)condition, item),
        };

    private bool MatchesPredicate(Predicate predicate, AttributeMap item)
    {
        var first = Resolve(predicate.Operands[0], item);
        switch (predicate.Operator)
        {
            case ConditionOperator.AttributeExists:
                return !first.IsMissing;
            case ConditionOperator.AttributeNotExists:
                return first.IsMissing;
            case ConditionOperator.In:
                for (var i = 1; i < predicate.Operands.Count; i++)
                {
                    if (AreEqual(first, Resolve(predicate.Operands[i], item)))
                        return true;
                }
                return false;
        }
        var second = Resolve(predicate.Operands[1], item);
        return predicate.Operator switch
        {
            ConditionOperator.Equal => AreEqual(first, second),
            ConditionOperator.NotEqual => !AreEqual(first, second),
            ConditionOperator.Less => Compare(first, second) < 0,
            ConditionOperator.LessOrEqual => Compare(first, second) <= 0,
            ConditionOperator.Greater => Compare(first, second) > 0,
            ConditionOperator.GreaterOrEqual => Compare(first, second) >= 0,
            ConditionOperator.Between => Compare(first, second) >= 0
                && Compare(first, Resolve(predicate.Operands[2], item)) <= 0,
            ConditionOperator.AttributeType => !first.IsMissing
                && second.Is(AttributeType.S)
                && second.Content.SequenceEqual(first.Type.Utf8()),
            ConditionOperator.BeginsWith => !first.IsMissing
                && !second.IsMissing
                && first.Type == second.Type
                && first.Type is AttributeType.S or AttributeType.B
                && first.Content.StartsWith(second.Content),
            ConditionOperator.Contains => Contains(first, second),
            ConditionOperator.NotContains => !Contains(first, second),
            _ => throw new InvalidOperationException($"{predicate.Operator} is not a condition."),
        };
    }

    private AttributeValue Resolve(Operand operand, AttributeMap item) =>
        operand switch
        {
            PathOperand path => _bindings.Path(path.Path).Find(item),
            ValueOperand value => _bindings.Value(value.Value),
            FunctionOperand function => Size(Resolve(function.Arguments[0], item)),
            _ => default,
        };

    private static AttributeValue Size(AttributeValue value)
    {
        if (value.IsMissing)
            return default;
        var content = value.Content;
        return value.Type switch
        {
            AttributeType.S => AttributeValue.FromNumber(Encoding.UTF8.GetCharCount(content)),
            AttributeType.B => AttributeValue.FromNumber(content.Length),
            AttributeType.SS or AttributeType.NS or AttributeType.BS => AttributeValue.FromNumber(
                ValueComparison.CountSet(content)
            ),
            AttributeType.L => AttributeValue.FromNumber(ValueComparison.CountList(content)),
            AttributeType.M => AttributeValue.FromNumber(new AttributeMap(value.ContentMemory).Count),
            _ => default,
        };
    }

    private static bool AreEqual(AttributeValue a, AttributeValue b) =>
        !a.IsMissing && !b.IsMissing && ValueComparison.AreEqual(a.Encoded.Span, b.Encoded.Span);

    // Null if the two have no order; every comparison of null is false.
    private static int? Compare(AttributeValue a, AttributeValue b) =>
        a.IsMissing || b.IsMissing || a.Type != b.Type || !a.Type.IsScalarKey() ? null : ValueComparison.Compare(a, b);

    private static bool Contains(AttributeValue container, AttributeValue element)
    {
        if (container.IsMissing || element.IsMissing)
            return false;
        switch (container.Type)
        {
            case AttributeType.S or AttributeType.B:
                return element.Type == container.Type && container.Content.IndexOf(element.Content) >= 0;
            case AttributeType.SS or AttributeType.NS or AttributeType.BS:
                return element.Type == container.Type.Element()
                    && ValueComparison.SetContains(container.Content, element.Content);
            case AttributeType.L:
                for (var values = new ListReader(container.Content); values.MoveNext(); )
                {
                    if (ValueComparison.AreEqual(values.Value, element.Encoded.Span))
                        return true;
                }
                return false;
            default:
                return false;
        }
    }
}
