using LocalCloud.Tables.Expressions.Parsing;

namespace LocalCloud.Tables.Expressions.Updates;

internal enum UpdateKind
{
    Set,
    Remove,
    Add,
    Delete,
}

/// <summary>An action of an update.</summary>
/// <param name="Kind">The clause of the action.</param>
/// <param name="Path">The index of the path to change.</param>
/// <param name="Operand">The value; null for REMOVE.</param>
internal sealed record UpdateAction(UpdateKind Kind, int Path, Operand? Operand);

/// <summary>A parsed update expression.</summary>
internal sealed class UpdateSyntax : ExpressionSyntax
{
    public required UpdateAction[] Actions { get; init; }
}
