using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Expressions.Conditions;
using LocalCloud.Tables.Expressions.Updates;
using LocalCloud.Tables.Requests;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Operations;

internal enum WriteKind
{
    Put,
    Update,
    Delete,

    /// <summary>The condition check of a transaction.</summary>
    Check,
}

/// <summary>A write whose request was checked: a single write or a part of a batch or transaction.</summary>
internal sealed class PreparedWrite
{
    public required WriteKind Kind { get; init; }
    public required Table Table { get; set; }
    public required ItemRequest Request { get; init; }

    /// <summary>The item of a put; the key of any other write.</summary>
    public required AttributeMap Item { get; init; }

    /// <summary>The key in the store.</summary>
    public required byte[] Key { get; init; }
    public BoundCondition? Condition { get; init; }

    /// <summary>Null for an update without changes, which creates a missing item.</summary>
    public BoundUpdate? Update { get; init; }
}

/// <summary>The result of a write.</summary>
/// <param name="Before">The item before the write; null if there was none.</param>
/// <param name="After">The item after the write; null if there is none.</param>
internal readonly record struct WriteResult(StoredItem? Before, StoredItem? After)
{
    /// <summary>The capacity units of the changed indexes; null if they are not requested.</summary>
    public Dictionary<TableIndex, double>? IndexUnits { get; init; }
}
