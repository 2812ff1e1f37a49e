using LocalCloud.Protocol;
using LocalCloud.Tables.Expressions;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Legacy;

/// <summary>Translates Expected, QueryFilter and ScanFilter to conditions.</summary>
internal static class LegacyConditions
{
    /// <returns>Null if there is nothing to check.</returns>
    public static BoundCondition? FromExpected(List<ExpectedAttribute>? expected, string? conditionalOperator) =>
        Create(
            expected?.Select(attribute =>
                (
                    attribute.Name,
                    attribute.Exists is { } exists && attribute.Value is null
                        ? exists
                            ? "NOT_NULL"
                            : "NULL"
                        : attribute.ComparisonOperator ?? "EQ",
                    attribute.AttributeValueList ?? (attribute.Value is null ? [] : [attribute.Value])
                )
            ),
            conditionalOperator
        );

    /// <returns>Null if there is nothing to check.</returns>
    public static BoundCondition? FromFilter(List<AttributeCondition>? filter, string? conditionalOperator) =>
        Create(
            filter?.Select(condition =>
                (condition.Name, condition.ComparisonOperator!, condition.AttributeValueList ?? [])
            ),
            conditionalOperator
        );

    private static BoundCondition? Create(
        IEnumerable<(string Name, string Operator, List<RequestValue> Values)>? conditions,
        string? conditionalOperator
    )
    {
        var (paths, values) = (new List<DocumentPath>(), new List<AttributeValue>());
        Condition? root = null;
        foreach (var (name, @operator, operands) in conditions ?? [])
        {
            var all = new List<Operand> { new PathOperand(paths.Count) };
            paths.Add(DocumentPath.FromName(name));
            foreach (var operand in operands)
            {
                all.Add(new ValueOperand(values.Count));
                values.Add(operand.Value);
            }
            var predicate = new Predicate(Operator(@operator), all);
            root =
                root is null ? predicate
                : conditionalOperator is "OR" ? new OrCondition(root, predicate)
                : new AndCondition(root, predicate);
        }
        return root is null ? null : new(root, new([.. paths], [.. values]));
    }

    private static ConditionOperator Operator(string name) =>
        name switch
        {
            "EQ" => ConditionOperator.Equal,
            "NE" => ConditionOperator.NotEqual,
            "LT" => ConditionOperator.Less,
            "LE" => ConditionOperator.LessOrEqual,
            "GT" => ConditionOperator.Greater,
            "GE" => ConditionOperator.GreaterOrEqual,
            "BETWEEN" => ConditionOperator.Between,
            "IN" => ConditionOperator.In,
            "NULL" => ConditionOperator.AttributeNotExists,
            "NOT_NULL" => ConditionOperator.AttributeExists,
            "BEGINS_WITH" => ConditionOperator.BeginsWith,
            "CONTAINS" => ConditionOperator.Contains,
            "NOT_CONTAINS" => ConditionOperator.NotContains,
            _ => throw new AwsException("SerializationException", $"Unknown comparison {name}"),
        };
}
