using System.Text;

namespace Pos.Purchases.Json;

/// <summary>
/// Strings for values that come again and again (countries, currencies, products): one instance while the value stays in its slot.
/// Bounded, and safe without a lock: slots hold immutable strings, and a lost write only costs an allocation.
/// </summary>
internal static class RepeatedText
{
    private const int Slots = 4096;
    private static readonly string?[] s_slots = new string?[Slots];

    public static string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
            return "";

        var hash = 2166136261u;
        foreach (var b in utf8)
            hash = (hash ^ b) * 16777619;
        ref var slot = ref s_slots[(hash ^ (hash >> 12)) % Slots];

        var held = slot;
        return held is not null && Ascii.Equals(utf8, held) ? held : slot = Encoding.UTF8.GetString(utf8);
    }
}
