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

/// <summary>A checked write, alone or as a part of a batch or transaction.</summary>
internal sealed class PreparedWrite
{
    public required WriteKind Kind { get; init; }
    public required Table Table { get; set; }
    public required ItemRequest Request { get; init; }

    /// <summary>The item of a put, the key of the others.</summary>
    public required AttributeMap Item { get; init; }

    /// <summary>The key in the store.</summary>
    public required byte[] Key { get; init; }
    public BoundCondition? Condition { get; init; }

    /// <summary>Null for an update that changes nothing, which makes the item if there is none.</summary>
    public BoundUpdate? Update { get; init; }
}

/// <summary>The result of a write.</summary>
/// <param name="Before">The item before; null if there was none.</param>
/// <param name="After">The item after; null if there is none.</param>
internal readonly record struct WriteResult(StoredItem? Before, StoredItem? After)
{
    /// <summary>Capacity of the indexes that changed; null if nobody asked.</summary>
    public Dictionary<TableIndex, double>? IndexUnits { get; init; }
}
