using System.Text.Json;

namespace AwsJson;

/// <summary>Reads members. Null stays null. Unknown members are skipped, because services add members.</summary>
internal static class ResponseMembers
{
    /// <summary>Reads the object at the reader. Returns null for a JSON null.</summary>
    public static T ReadObject<T>(this ref Utf8JsonReader json, ReadMember<T> readMember)
        where T : class, new()
    {
        if (json.TokenType == JsonTokenType.Null)
            return null;
        if (json.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"Expected an object, not {json.TokenType}.");
        var value = new T();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            readMember(ref json, value);
            if (json.TokenType == JsonTokenType.PropertyName)
                json.Skip();
        }
        return value;
    }

    /// <summary>Moves to the value if the member at the reader has this name.</summary>
    public static bool IsMember(this ref Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.ValueTextEquals(name) && json.Read();

    public static List<T> ReadList<T>(this ref Utf8JsonReader json, ReadMember<T> readMember)
        where T : class, new()
    {
        if (!json.IsArray())
            return null;
        var values = new List<T>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            values.Add(json.ReadObject(readMember));
        return values;
    }

    public static List<string> ReadStrings(this ref Utf8JsonReader json)
    {
        if (!json.IsArray())
            return null;
        var values = new List<string>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            values.Add(json.GetString());
        return values;
    }

    public static int? ReadInt32(this ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : json.GetInt32();

    public static long? ReadInt64(this ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : json.GetInt64();

    public static bool? ReadBoolean(this ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : json.GetBoolean();

    /// <summary>Reads epoch seconds, which may have a fraction, as UTC.</summary>
    public static DateTime? ReadTimestamp(this ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Null ? null : DateTime.UnixEpoch.AddSeconds(json.GetDouble());

    /// <summary>Reads a base64 value as a stream that exposes its buffer, so that readers need not copy it.</summary>
    public static MemoryStream ReadBytes(this ref Utf8JsonReader json)
    {
        if (json.TokenType == JsonTokenType.Null)
            return null;
        var bytes = json.GetBytesFromBase64();
        return new MemoryStream(bytes, 0, bytes.Length, writable: true, publiclyVisible: true);
    }

    private static bool IsArray(this ref Utf8JsonReader json) =>
        json.TokenType switch
        {
            JsonTokenType.StartArray => true,
            JsonTokenType.Null => false,
            var other => throw new JsonException($"Expected an array, not {other}."),
        };
}
