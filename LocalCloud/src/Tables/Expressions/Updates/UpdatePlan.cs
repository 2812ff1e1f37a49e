using LocalCloud.Tables.Expressions.Parsing;

namespace LocalCloud.Tables.Expressions.Updates;

/// <summary>An action with the path that it changes.</summary>
internal sealed record PlannedAction(UpdateKind Kind, DocumentPath Path, Operand? Operand);

/// <summary>The actions on one top-level attribute, in the order of the text.</summary>
/// <param name="Name">The attribute's name as UTF-8.</param>
/// <param name="Actions">One action on the whole attribute, or those on its parts.</param>
internal sealed record AttributeChange(byte[] Name, PlannedAction[] Actions)
{
    public bool IsWhole => Actions[0].Path.IsTopLevel;
}

/// <summary>The actions of an update in the order in which they are applied.</summary>
internal sealed class UpdatePlan
{
    private UpdatePlan(PlannedAction[] actions, AttributeChange[] changes, string? overlap) =>
        (Actions, Changes, Overlap) = (actions, changes, overlap);

    public PlannedAction[] Actions { get; }

    /// <summary>The changes of each attribute, sorted by the bytes of its name.</summary>
    public AttributeChange[] Changes { get; }

    /// <summary>The error message if paths overlap or conflict; otherwise null.</summary>
    public string? Overlap { get; }

    public IEnumerable<DocumentPath> Paths => Actions.Select(action => action.Path);

    public static UpdatePlan Create(PlannedAction[] actions)
    {
        var changes = actions
            .GroupBy(action => Convert.ToHexString(action.Path.Head), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new AttributeChange(group.First().Path.Head, [.. group]));
        return new(actions, [.. changes], PathOverlaps.Check([.. actions.Select(action => action.Path)]));
    }

    /// <summary>Finds the actions on an attribute.</summary>
    public AttributeChange? Find(ReadOnlySpan<byte> name)
    {
        var (low, high) = (0, Changes.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Changes[middle].Name.AsSpan().SequenceCompareTo(name);
            if (order == 0)
                return Changes[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }
}
