using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions;

/// <summary>The paths and values to which an expression's operands refer by index.</summary>
internal readonly struct Bindings(DocumentPath?[] paths, AttributeValue[] values)
{
    public DocumentPath Path(int index) => paths[index]!;

    public AttributeValue Value(int index) => values[index];
}
