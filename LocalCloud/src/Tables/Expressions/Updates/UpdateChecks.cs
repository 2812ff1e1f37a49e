using System.Text;
using LocalCloud.Tables.Expressions.Parsing;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions.Updates;

/// <summary>Checks an update with the names and values of a request, in AWS's order.</summary>
internal static class UpdateChecks
{
    /// <summary>Returns the error message, or null if the update is valid.</summary>
    public static string? Check(UpdateSyntax syntax, BoundPaths paths, AttributeValue[] values)
    {
        foreach (var alias in paths.Undefined)
        {
            if (alias is not null)
                return "An expression attribute name used in the document path is not defined; attribute "
                    + $"name: {alias}";
        }
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].IsMissing)
                return "An expression attribute value used in expression is not defined; attribute value: "
                    + $"{Encoding.UTF8.GetString(syntax.Values[i])}";
        }
        return Plan(syntax, paths).Overlap ?? CheckOperands(syntax, values) ?? CheckFunctions(syntax, values);
    }

    /// <summary>Returns the plan of an update whose names are all defined.</summary>
    public static UpdatePlan Plan(UpdateSyntax syntax, BoundPaths paths) =>
        paths.Derive(() =>
            UpdatePlan.Create([
                .. syntax.Actions.Select(action => new PlannedAction(
                    action.Kind,
                    paths.Paths[action.Path]!,
                    action.Operand
                )),
            ])
        );

    private static string? CheckOperands(UpdateSyntax syntax, AttributeValue[] values)
    {
        foreach (var action in syntax.Actions)
        {
            if (
                action is { Kind: UpdateKind.Add or UpdateKind.Delete, Operand: ValueOperand { Value: var index } }
                && values[index].Type is var type
                && !type.IsSet()
                && !(action.Kind is UpdateKind.Add && type is AttributeType.N)
            )
                return "Incorrect operand type for operator or function; operator: "
                    + $"{(action.Kind is UpdateKind.Add ? "ADD" : "DELETE")}, operand type: {LongName(type)}";
        }
        return null;
    }

    private static string? CheckFunctions(UpdateSyntax syntax, AttributeValue[] values)
    {
        foreach (var action in syntax.Actions)
        {
            if (action.Operand is FunctionOperand function && CheckFunctions(function, values) is { } error)
                return error;
        }
        return null;
    }

    private static string? CheckFunctions(FunctionOperand function, AttributeValue[] values)
    {
        foreach (var argument in function.Arguments)
        {
            if (argument is FunctionOperand inner && CheckFunctions(inner, values) is { } error)
                return error;
        }
        if (function.Arguments.Count != 2)
            return "Incorrect number of operands for operator or function; operator or function: "
                + $"{function.Name}, number of operands: {function.Arguments.Count}";
        if (function.Name is "if_not_exists")
            return function.Arguments[0] is PathOperand
                ? null
                : "Operator or function requires a document path; operator or function: if_not_exists";
        var wanted = function.Name is "list_append" ? AttributeType.L : AttributeType.N;
        foreach (var argument in function.Arguments)
        {
            if (argument is ValueOperand { Value: var index } && values[index].Type is var type && type != wanted)
                return "Incorrect operand type for operator or function; operator or function: "
                    + $"{function.Name}, operand type: {type.Name()}";
        }
        return null;
    }

    private static string LongName(AttributeType type) =>
        type switch
        {
            AttributeType.S => "STRING",
            AttributeType.N => "NUMBER",
            AttributeType.B => "BINARY",
            AttributeType.NULL => "NULL",
            AttributeType.BOOL => "BOOLEAN",
            AttributeType.L => "LIST",
            _ => "MAP",
        };
}
