using System.Collections.Frozen;

namespace LocalCloud.Tables.Expressions.Conditions;

/// <summary>The functions and comparators of conditions.</summary>
internal static class ConditionFunctions
{
    /// <summary>The number of operands of each function.</summary>
    public static readonly FrozenDictionary<string, int> Operands = new Dictionary<string, int>
    {
        ["attribute_exists"] = 1,
        ["attribute_not_exists"] = 1,
        ["attribute_type"] = 2,
        ["begins_with"] = 2,
        ["contains"] = 2,
        ["size"] = 1,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Text(ConditionOperator comparator) =>
        comparator switch
        {
            ConditionOperator.Equal => "=",
            ConditionOperator.NotEqual => "<>",
            ConditionOperator.Less => "<",
            ConditionOperator.LessOrEqual => "<=",
            ConditionOperator.Greater => ">",
            ConditionOperator.GreaterOrEqual => ">=",
            ConditionOperator.Between => "BETWEEN",
            _ => "IN",
        };
}
