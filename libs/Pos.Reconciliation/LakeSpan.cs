using Pos.Storage.Lake;

namespace Pos.Reconciliation;

/// <summary>
/// Partitions of the lake: hours, UTC, in which the posts of an object arrived in the stream. Half-open.
/// </summary>
/// <param name="From">The first hour; null for no bound.</param>
/// <param name="To">The first hour that is not included; null for no bound.</param>
public readonly record struct LakeSpan(DateTime? From, DateTime? To)
{
    /// <summary>Whether it is all of the lake.</summary>
    public bool IsAll => From is null && To is null;

    /// <summary>What the listing begins behind; null for its begin.</summary>
    internal string? StartAfter => From is { } from ? LakeKeys.Partition(from) : null;

    /// <summary>Whether the span ends before this key, and before all that follow it.</summary>
    internal bool IsBefore(string key) => To is { } to && string.CompareOrdinal(key, LakeKeys.Partition(to)) >= 0;
}
