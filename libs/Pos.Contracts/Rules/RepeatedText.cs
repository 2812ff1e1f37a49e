using System.Text;

namespace Pos.Contracts.Rules;

/// <summary>
/// Strings for values that come again and again (countries, currencies, products): one instance while the value stays
/// in its slot. Bounded, and safe without a lock: slots hold immutable strings, and a lost write only costs an
/// allocation.
/// </summary>
internal static class RepeatedText
{
    private const int Slots = 4096;
    private static readonly string?[] s_slots = new string?[Slots];

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";

        var hash = 0u;
        foreach (var b in utf8)
            hash = Mixed(hash, b);
        ref var slot = ref Slot(hash);
        var held = slot;
        return held is not null && Ascii.Equals(utf8, held) ? held : slot = Encoding.UTF8.GetString(utf8);
    }

    public static string Of(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "";

        var hash = 0u;
        foreach (var c in text)
            hash = Mixed(hash, c);
        ref var slot = ref Slot(hash);
        var held = slot;
        return held is not null && text.SequenceEqual(held) ? held : slot = text.ToString();
    }

    private static uint Mixed(uint hash, uint next) => (hash ^ next) * 16777619;

    private static ref string? Slot(uint hash) => ref s_slots[(hash ^ (hash >> 12)) % Slots];
}
