using Pos.Contracts;
using Pos.Storage.LookupTable;

namespace Pos.Reconciliation.Stores;

/// <summary>Converts positions to the compact form of the lookup table's lines, which reconciliation uses.</summary>
internal static class Positions
{
    /// <summary>Returns the compact form. An invalid position stays unchanged and so counts as a difference.</summary>
    public static string Compact(string position) =>
        Position.IsValid(position) ? LinePosition.From(position) : position;

    /// <summary>Reverses <see cref="Compact"/>.</summary>
    public static string Full(string position) => LinePosition.Parse(position) ?? position;
}
