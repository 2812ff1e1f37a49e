using System.Text;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions.Conditions;

/// <summary>Checks a condition with the names and values of a request.</summary>
/// <remarks>
/// Reports the first wrong predicate. Within a predicate, the order is: undefined names and values, number of operands,
/// equal operands, types.
/// </remarks>
internal readonly struct ConditionChecks(ConditionSyntax syntax, BoundPaths paths, AttributeValue[] values)
{
    private const string AnyType = "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}";

    /// <summary>Returns the error message, or null if the condition is valid.</summary>
    public string? Check()
    {
        foreach (var predicate in syntax.Predicates)
        {
            var error = CheckDefined(predicate.Operands)
                ?? CheckCount(predicate)
                ?? CheckDistinct(predicate)
                ?? CheckType(predicate);
            if (error is not null)
                return error;
        }
        return null;
    }

    private string? CheckDefined(IReadOnlyList<Operand> operands)
    {
        foreach (var operand in operands)
        {
            var error = operand switch
            {
                PathOperand path when paths.Undefined[path.Path] is { } alias =>
                    $"An expression attribute name used in the document path is not defined; attribute name: {alias}",
                ValueOperand value when values[value.Value].IsMissing =>
                    "An expression attribute value used in expression is not defined; attribute "
                        + $"value: {Encoding.UTF8.GetString(syntax.Values[value.Value])}",
                FunctionOperand function => CheckDefined(function.Arguments),
                _ => null,
            };
            if (error is not null)
                return error;
        }
        return null;
    }

    private static string? CheckCount(Predicate predicate)
    {
        foreach (var operand in predicate.Operands)
        {
            if (operand is FunctionOperand function && CheckCount(function.Name, function.Arguments.Count) is { } error)
                return error;
        }
        return predicate.Function is { } name ? CheckCount(name, predicate.Operands.Count) : null;
    }

    private static string? CheckCount(string function, int count) =>
        ConditionFunctions.Operands[function] == count
            ? null
            : "Incorrect number of operands for operator or function; operator or function: "
                + $"{function}, number of operands: {count}";

    private string? CheckDistinct(Predicate predicate) =>
        predicate.Operator is not (ConditionOperator.Between or ConditionOperator.In)
        && predicate.Operands is [PathOperand first, PathOperand second]
        && paths.Paths[first.Path]!.Equals(paths.Paths[second.Path]!)
            ? "The first operand must be distinct from the remaining operands for this operator or function; operator: "
                + $"{predicate.Function ?? ConditionFunctions.Text(predicate.Operator)}, first operand: "
                + $"{paths.Paths[first.Path]}"
            : null;

    private string? CheckType(Predicate predicate)
    {
        foreach (var operand in predicate.Operands)
        {
            if (
                operand is FunctionOperand { Name: "size" } size
                && Type(size.Arguments[0]) is AttributeType.N or AttributeType.BOOL or AttributeType.NULL
            )
                return TypeMismatch("size", Type(((FunctionOperand)operand).Arguments[0])!.Value.Name());
        }
        switch (predicate.Operator)
        {
            case ConditionOperator.Between:
                return CheckBounds(predicate.Operands[1], predicate.Operands[2]);
            case ConditionOperator.AttributeExists or ConditionOperator.AttributeNotExists:
                return predicate.Operands[0] is PathOperand
                    ? null
                    : $"Operator or function requires a document path; operator or function: {predicate.Function}";
            case ConditionOperator.BeginsWith:
                foreach (var operand in predicate.Operands)
                {
                    if (Type(operand) is { } type and not (AttributeType.S or AttributeType.B))
                        return TypeMismatch(predicate.Function!, type.Name());
                }
                return null;
            case ConditionOperator.AttributeType:
                return CheckTypeName(predicate);
            default:
                return null;
        }
    }

    private string? CheckTypeName(Predicate predicate)
    {
        var type = Type(predicate.Operands[1]);
        if (type is not AttributeType.S || predicate.Operands[1] is not ValueOperand value)
            return TypeMismatch(predicate.Function!, type?.Name() ?? AnyType);
        return AttributeTypes.Parse(values[value.Value].Content) is null
            ? $"Invalid attribute type name found; type: {values[value.Value].Text}, valid types: "
                + $"{{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
            : null;
    }

    private string? CheckBounds(Operand lower, Operand upper)
    {
        if (lower is not ValueOperand { Value: var low } || upper is not ValueOperand { Value: var high })
            return null;
        return Bounds.Check(values[low], values[high]) is { } fault
            ? $"The BETWEEN operator requires {fault}; lower bound operand: AttributeValue: {values[low].Describe()}, "
                + $"upper bound operand: AttributeValue: {values[high].Describe()}"
            : null;
    }

    private AttributeType? Type(Operand operand) =>
        operand switch
        {
            ValueOperand value => values[value.Value].Type,
            FunctionOperand { Name: "size" } => AttributeType.N,
            FunctionOperand => AttributeType.BOOL,
            _ => null,
        };

    private static string TypeMismatch(string function, string type) =>
        $"Incorrect operand type for operator or function; operator or function: {function}, operand type: {type}";
}

/// <summary>Checks the bounds of BETWEEN.</summary>
internal static class Bounds
{
    /// <summary>Returns the requirement that the bounds violate, or null.</summary>
    public static string? Check(AttributeValue lower, AttributeValue upper)
    {
        if (lower.Type != upper.Type)
            return "same data type for lower and upper bounds";
        return lower.Type.IsScalarKey() && ValueComparison.Compare(lower, upper) > 0
            ? "upper bound to be greater than or equal to lower bound"
            : null;
    }
}
