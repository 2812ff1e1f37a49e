using Pos.Storage.Lake;

namespace Pos.Reconciliation;

/// <summary>
/// Selects partitions of the lake: the hours (UTC) in which records arrived in the stream. Half-open.
/// </summary>
/// <param name="From">The first hour; null for no bound.</param>
/// <param name="To">The first hour that is not included; null for no bound.</param>
public readonly record struct LakeSpan(DateTime? From, DateTime? To)
{
    /// <summary>True if the span covers the whole lake.</summary>
    public bool IsAll => From is null && To is null;

    /// <summary>The key after which the listing starts; null to start with the first key.</summary>
    internal string? StartAfter => From is { } from ? LakeKeys.Partition(from) : null;

    /// <summary>True if the span ends before this key and therefore before all following keys.</summary>
    internal bool IsBefore(string key) => To is { } to && string.CompareOrdinal(key, LakeKeys.Partition(to)) >= 0;
}
