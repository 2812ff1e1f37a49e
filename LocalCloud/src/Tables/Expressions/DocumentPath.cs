using System.Text;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Expressions;

/// <summary>A step of a document path: the name of an attribute or map entry, or the index of a list element.</summary>
/// <param name="Name">UTF-8; null for an index.</param>
/// <param name="Index">From 0.</param>
internal readonly record struct PathStep(byte[]? Name, int Index)
{
    public bool IsName => Name is not null;

    public bool IsSameAs(PathStep other) =>
        IsName == other.IsName && (IsName ? Name.AsSpan().SequenceEqual(other.Name) : Index == other.Index);
}

/// <summary>The path to a value in an item: an attribute's name, then names and indexes.</summary>
internal sealed class DocumentPath(PathStep[] steps)
{
    public static DocumentPath FromName(string name) => new([new(Encoding.UTF8.GetBytes(name), 0)]);

    public IReadOnlyList<PathStep> Steps => steps;

    /// <summary>The top-level attribute's name as UTF-8.</summary>
    public byte[] Head { get; } = steps[0].Name!;

    public bool IsTopLevel => steps.Length == 1;

    /// <summary>Returns the value in an item; a missing value if the item has none.</summary>
    public AttributeValue Find(AttributeMap item)
    {
        var value = item[steps[0].Name];
        for (var i = 1; i < steps.Length && !value.IsMissing; i++)
            value = Follow(value, steps[i]);
        return value;
    }

    public bool Equals(DocumentPath other) => steps.Length == other.Steps.Count && IsPrefixOf(other);

    public bool IsPrefixOf(DocumentPath other)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            if (i >= other.Steps.Count || !steps[i].IsSameAs(other.Steps[i]))
                return false;
        }
        return true;
    }

    /// <summary>Returns the path in the format of AWS's messages: <c>[a, [1], b]</c>.</summary>
    public override string ToString()
    {
        var texts = steps.Select(step => step.IsName ? Encoding.UTF8.GetString(step.Name!) : $"[{step.Index}]");
        return $"[{string.Join(", ", texts)}]";
    }

    private static AttributeValue Follow(AttributeValue value, PathStep step)
    {
        if (step.IsName)
            return value.Type is AttributeType.M ? new AttributeMap(value.ContentMemory)[step.Name] : default;
        if (value.Type is not AttributeType.L)
            return default;
        var content = value.ContentMemory;
        var (index, start) = (0, 0);
        for (var values = new ListReader(content.Span); values.MoveNext(); index++)
        {
            if (index == step.Index)
                return new(content.Slice(start, values.Value.Length));
            start += values.Value.Length;
        }
        return default;
    }
}

/// <summary>Finds paths of one expression that overlap or conflict.</summary>
internal static class PathOverlaps
{
    /// <summary>Returns the error message, or null if no paths overlap or conflict.</summary>
    public static string? Check(IReadOnlyList<DocumentPath> paths)
    {
        string? conflict = null;
        for (var i = 1; i < paths.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                switch (Compare(paths[j], paths[i]))
                {
                    case Relation.Overlap:
                        return Message("overlap", paths[j], paths[i]);
                    case Relation.Conflict:
                        conflict ??= Message("conflict", paths[j], paths[i]);
                        break;
                }
            }
        }
        return conflict;
    }

    private static Relation Compare(DocumentPath a, DocumentPath b)
    {
        for (var i = 0; i < Math.Min(a.Steps.Count, b.Steps.Count); i++)
        {
            if (a.Steps[i].IsName != b.Steps[i].IsName)
                return Relation.Conflict;
            if (!a.Steps[i].IsSameAs(b.Steps[i]))
                return Relation.None;
        }
        return Relation.Overlap;
    }

    private static string Message(string relation, DocumentPath a, DocumentPath b) =>
        $"Two document paths {relation} with each other; must remove or rewrite one of these paths; "
        + $"path one: {a}, path two: {b}";

    private enum Relation
    {
        None,
        Overlap,
        Conflict,
    }
}
