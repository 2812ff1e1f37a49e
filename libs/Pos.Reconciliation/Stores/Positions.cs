using Pos.Contracts;
using Pos.Storage.LookupTable;

namespace Pos.Reconciliation.Stores;

/// <summary>Positions in the one form that all stores have: the compact one of the lookup table's lines.</summary>
internal static class Positions
{
    /// <summary>What is no position stays as it is, and will differ.</summary>
    public static string Compact(string position) => Position.IsValid(position) ? LinePosition.Of(position) : position;

    /// <summary>What <see cref="Compact"/> was given.</summary>
    public static string Full(string position) => LinePosition.Parse(position) ?? position;
}
