using System.Text;
using LocalCloud.Protocol;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Keys;

/// <summary>Translates a key condition expression to conditions on key attributes.</summary>
internal sealed class KeyConditionTranslation(BoundCondition condition)
{
    private const string Invalid = "Invalid condition in KeyConditionExpression: ";
    private readonly List<KeyCondition> _conditions = [];

    /// <exception cref="AwsException">ValidationException: not all conditions are on keys.</exception>
    public static List<KeyCondition> Translate(BoundCondition condition)
    {
        var translation = new KeyConditionTranslation(condition);
        translation.Add(condition.Root);
        return translation._conditions;
    }

    private void Add(Condition node)
    {
        switch (node)
        {
            case AndCondition and:
                Add(and.Left);
                Add(and.Right);
                break;
            case OrCondition:
                throw InvalidOperator("OR");
            case NotCondition:
                throw InvalidOperator("NOT");
            case Predicate predicate:
                Add(predicate);
                break;
        }
    }

    private void Add(Predicate predicate)
    {
        if (predicate.Operator is ConditionOperator.In or ConditionOperator.NotEqual)
            throw InvalidOperator(ConditionFunctions.Text(predicate.Operator));
        if (predicate.Function is not null and not "begins_with")
            throw InvalidOperator(predicate.Function);
        if (predicate.Operator is ConditionOperator.Between && predicate.Operands[0] is not PathOperand)
            throw TableErrors.Validation($"{Invalid}BETWEEN operator must have the key attribute as its first operand");
        if (predicate.Operator is ConditionOperator.BeginsWith && predicate.Operands[0] is not PathOperand)
            throw TableErrors.Validation(
                $"{Invalid}begins_with operator must have the key attribute as its first operand"
            );
        var (attribute, position) = ("", 0);
        for (var i = 0; i < predicate.Operands.Count; i++)
        {
            switch (predicate.Operands[i])
            {
                case FunctionOperand:
                    throw TableErrors.Validation("KeyConditionExpressions cannot contain nested operations");
                case PathOperand path:
                    if (attribute.Length > 0)
                        throw TableErrors.Validation($"{Invalid}Multiple attribute names used in one condition");
                    var place = condition.Bindings.Path(path.Path);
                    if (!place.IsTopLevel)
                        throw TableErrors.Validation(
                            "KeyConditionExpressions cannot have conditions on nested attributes"
                        );
                    (attribute, position) = (Encoding.UTF8.GetString(place.Head), i);
                    break;
            }
        }
        if (attribute.Length == 0)
            throw TableErrors.Validation($"{Invalid}No key attribute specified");
        if (_conditions.Exists(known => known.Attribute == attribute))
            throw TableErrors.Validation("KeyConditionExpressions must only contain one condition per key");
        AttributeValue[] values =
        [
            .. predicate.Operands.OfType<ValueOperand>().Select(value => condition.Bindings.Value(value.Value)),
        ];
        _conditions.Add(new(attribute, Name(predicate.Operator, mirrored: position > 0), values));
    }

    // ":v < a" is "a > :v".
    private static string Name(ConditionOperator @operator, bool mirrored) =>
        @operator switch
        {
            ConditionOperator.Equal => "EQ",
            ConditionOperator.Less => mirrored ? "GT" : "LT",
            ConditionOperator.LessOrEqual => mirrored ? "GE" : "LE",
            ConditionOperator.Greater => mirrored ? "LT" : "GT",
            ConditionOperator.GreaterOrEqual => mirrored ? "LE" : "GE",
            ConditionOperator.Between => "BETWEEN",
            _ => "BEGINS_WITH",
        };

    private static AwsException InvalidOperator(string name) =>
        TableErrors.Validation($"Invalid operator used in KeyConditionExpression: {name}");
}
