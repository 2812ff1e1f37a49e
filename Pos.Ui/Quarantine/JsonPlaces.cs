using System.Text;
using System.Text.Json;

namespace Pos.Ui.Quarantine;

/// <summary>
/// Where in a JSON text each value and each name stands, by paths such as <c>lines[3].quantity</c>; and where it stops
/// being JSON.
/// </summary>
internal sealed class JsonPlaces
{
    private readonly Dictionary<string, Range> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Range> _names = new(StringComparer.Ordinal);

    private JsonPlaces() { }

    /// <summary>What is not JSON any more; null where all of it is.</summary>
    public Range? Broken { get; private set; }

    /// <summary>
    /// The value; the name where the value is not meant; where neither is there, what they would stand in.
    /// </summary>
    /// <param name="path">Empty for the whole.</param>
    /// <param name="isName">Whether the name is what is meant: there twice, or not to be there.</param>
    public Range? Find(string path, bool isName)
    {
        for (; ; path = Parent(path))
        {
            if ((isName && _names.TryGetValue(path, out var place)) || _values.TryGetValue(path, out place))
                return place;
            if (path is "")
                return null;
        }
    }

    public static JsonPlaces Of(ReadOnlySpan<byte> json)
    {
        var places = new JsonPlaces();
        var reader = new Utf8JsonReader(json);
        try
        {
            places.Walk(ref reader);
        }
        catch (JsonException broken)
        {
            places.Broken = PlaceOf(json, broken);
        }
        return places;
    }

    private void Walk(ref Utf8JsonReader reader)
    {
        // Each container's path and, of an array, how many values it has had.
        var containers = new Stack<(string Path, int Index)>();
        var path = "";
        while (reader.Read())
        {
            var token = (int)reader.TokenStartIndex..(int)reader.BytesConsumed;
            if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject)
            {
                containers.Pop();
                continue;
            }
            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = Encoding.UTF8.GetString(reader.ValueSpan);
                path = containers.Peek().Path is "" ? name : $"{containers.Peek().Path}.{name}";
                _names[path] = token.Start..(reader.ValueSpan.Length + 2 + token.Start.Value);
                continue;
            }
            if (containers.TryPeek(out var container) && container.Index >= 0)
            {
                containers.Pop();
                containers.Push(container with { Index = container.Index + 1 });
                path = $"{container.Path}[{container.Index}]";
            }
            _values.TryAdd(path, token);
            if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject)
                containers.Push((path, reader.TokenType is JsonTokenType.StartArray ? 0 : -1));
        }
    }

    private static string Parent(string path) => path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];

    private static Range PlaceOf(ReadOnlySpan<byte> json, JsonException broken)
    {
        var at = 0;
        for (var line = broken.LineNumber ?? 0; line > 0; line--)
            at += json[at..].IndexOf((byte)'\n') + 1;
        at = (int)Math.Min(at + (broken.BytePositionInLine ?? 0), json.Length);
        // Not in the middle of a character, and the whole of it.
        while (at > 0 && at < json.Length && (json[at] & 0xC0) == 0x80)
            at--;
        var end = Math.Min(at + 1, json.Length);
        while (end < json.Length && (json[end] & 0xC0) == 0x80)
            end++;
        return at..end;
    }
}
