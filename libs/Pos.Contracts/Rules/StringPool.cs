using System.Text;

namespace Pos.Contracts.Rules;

/// <summary>
/// Caches strings of values that repeat, such as countries, currencies and products. The size is fixed. No lock is
/// needed: slots contain immutable strings, and a lost write only costs an allocation.
/// </summary>
internal static class StringPool
{
    private const int Slots = 4096;
    private static readonly string?[] s_slots = new string?[Slots];

    public static string GetOrAdd(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";

        var hash = 0u;
        foreach (var b in utf8)
            hash = Mixed(hash, b);
        ref var slot = ref Slot(hash);
        var known = slot;
        return known is not null && Ascii.Equals(utf8, known) ? known : slot = Encoding.UTF8.GetString(utf8);
    }

    public static string GetOrAdd(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";

        var hash = 0u;
        foreach (var c in text)
            hash = Mixed(hash, c);
        ref var slot = ref Slot(hash);
        var known = slot;
        return known is not null && text.SequenceEqual(known) ? known : slot = text.ToString();
    }

    private static uint Mixed(uint hash, uint next) => (hash ^ next) * 16777619;

    private static ref string? Slot(uint hash) => ref s_slots[(hash ^ (hash >> 12)) % Slots];
}
