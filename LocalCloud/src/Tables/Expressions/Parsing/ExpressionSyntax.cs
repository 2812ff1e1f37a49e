using System.Text;

namespace LocalCloud.Tables.Expressions.Parsing;

/// <summary>
/// A parsed expression without the names and values of a request, so that other requests can use it too.
/// </summary>
internal abstract class ExpressionSyntax
{
    private volatile BoundPaths? _lastBound;

    /// <summary>Document paths in the order of the text.</summary>
    public required PathSyntax[] Paths { get; init; }

    /// <summary>Expression attribute values in the order of the text, each once, as UTF-8.</summary>
    public required byte[][] Values { get; init; }

    /// <summary>The paths that an earlier request bound; most requests use the same names.</summary>
    public BoundPaths? LastBound
    {
        get => _lastBound;
        set => _lastBound = value;
    }
}

/// <summary>A part of a path: a literal name, an alias or an index.</summary>
/// <param name="Name">A literal name, or an alias with its <c>#</c>, as UTF-8; null for an index.</param>
/// <param name="IsAlias">True if the name is an alias.</param>
/// <param name="Index">From 0.</param>
internal readonly record struct PathPart(byte[]? Name, bool IsAlias, int Index);

internal sealed class PathSyntax(PathPart[] parts)
{
    public IReadOnlyList<PathPart> Parts => parts;
}

/// <summary>An operand of a condition or of an update.</summary>
internal abstract record Operand;

/// <param name="Path">Index into <see cref="ExpressionSyntax.Paths"/>.</param>
internal sealed record PathOperand(int Path) : Operand;

/// <param name="Value">Index into <see cref="ExpressionSyntax.Values"/>.</param>
internal sealed record ValueOperand(int Value) : Operand;

/// <param name="Name">A function, or <c>+</c> and <c>-</c>.</param>
/// <param name="Arguments">Its operands.</param>
internal sealed record FunctionOperand(string Name, IReadOnlyList<Operand> Arguments) : Operand;

/// <summary>The paths of an expression with the names of one request.</summary>
/// <param name="Names">Each alias of the expression with its name.</param>
/// <param name="Paths">The paths by index; null if one of a path's aliases is not defined.</param>
/// <param name="Undefined">The undefined alias of each path; null if all its aliases are defined.</param>
internal sealed record BoundPaths(
    IReadOnlyList<(byte[] Alias, byte[]? Name)> Names,
    DocumentPath?[] Paths,
    string?[] Undefined
)
{
    private object? _derived;

    /// <summary>Computes a value from the paths, such as a plan, on the first call only.</summary>
    public T Derive<T>(Func<T> make)
        where T : class
    {
        if (Volatile.Read(ref _derived) is T known)
            return known;
        var made = make();
        Volatile.Write(ref _derived, made);
        return made;
    }
}
