using LocalCloud.Tables.Expressions.Parsing;

namespace LocalCloud.Tables.Expressions.Conditions;

/// <summary>A node of a condition.</summary>
internal abstract record Condition;

internal sealed record AndCondition(Condition Left, Condition Right) : Condition;

internal sealed record OrCondition(Condition Left, Condition Right) : Condition;

internal sealed record NotCondition(Condition Negated) : Condition;

/// <summary>A condition on operands.</summary>
/// <param name="Operator">A function, a comparator, BETWEEN or IN.</param>
/// <param name="Operands">In the order of the text.</param>
internal sealed record Predicate(ConditionOperator Operator, IReadOnlyList<Operand> Operands) : Condition
{
    /// <summary>The name of the function as it was written; null for other operators.</summary>
    public string? Function { get; init; }
}

internal enum ConditionOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Between,
    In,
    AttributeExists,
    AttributeNotExists,
    AttributeType,
    BeginsWith,
    Contains,

    /// <summary>Exists only in legacy parameters.</summary>
    NotContains,

    /// <summary>An operand, not a condition: rejected after parsing.</summary>
    Size,
}

/// <summary>A parsed condition, filter or key condition expression.</summary>
internal sealed class ConditionSyntax : ExpressionSyntax
{
    public required Condition Root { get; init; }

    /// <summary>The predicates in the order of the text.</summary>
    public required Predicate[] Predicates { get; init; }
}
