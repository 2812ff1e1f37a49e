namespace Pos.Storage;

/// <summary>
/// Compares sequence numbers: decimal numbers without leading zeros, too long for any integer type.
/// </summary>
internal static class SequenceNumber
{
    public static int Compare(string a, string b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : string.CompareOrdinal(a, b);
}
