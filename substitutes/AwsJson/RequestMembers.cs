using System.Text.Json;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Util;
using Amazon.Util;

namespace AwsJson;

/// <summary>
/// Writes the members that are set; AWS takes an absent member for its default, and null for an error.
/// </summary>
internal static class RequestMembers
{
    public static void WriteMember(this Utf8JsonWriter json, string name, string value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }

    public static void WriteMember(this Utf8JsonWriter json, string name, ConstantClass value) =>
        json.WriteMember(name, value?.Value);

    public static void WriteMember(this Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } set)
            json.WriteNumber(name, set);
    }

    public static void WriteMember(this Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } set)
            json.WriteBoolean(name, set);
    }

    /// <summary>Epoch seconds, with milliseconds as the fraction.</summary>
    public static void WriteMember(this Utf8JsonWriter json, string name, DateTime? value)
    {
        if (value is { } set)
            json.WriteNumber(name, AWSSDKUtils.ConvertToUnixEpochSecondsDecimal(set));
    }

    /// <summary>
    /// The stream's bytes as base64, whole, wherever its position is; straight from its buffer where it shows one.
    /// </summary>
    public static void WriteMember(this Utf8JsonWriter json, string name, MemoryStream value)
    {
        if (value is null)
            return;
        json.WritePropertyName(name);
        StringUtils.WriteBase64StringValue(json, value);
    }

    public static void WriteMember<T>(this Utf8JsonWriter json, string name, T value, WriteMembers<T> write)
        where T : class
    {
        if (value is null)
            return;
        json.WriteStartObject(name);
        write(json, value);
        json.WriteEndObject();
    }

    public static void WriteMember<T>(this Utf8JsonWriter json, string name, List<T> values, WriteMembers<T> write)
    {
        if (!IsSet(values))
            return;
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStartObject();
            write(json, value);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    public static void WriteMember(this Utf8JsonWriter json, string name, Dictionary<string, string> values)
    {
        if (!IsSet(values))
            return;
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    // With InitializeCollections every collection is there from the start, so an empty one says nothing.
    private static bool IsSet<T>(IReadOnlyCollection<T> values) =>
        values is not null && (values.Count > 0 || !AWSConfigs.InitializeCollections);
}
