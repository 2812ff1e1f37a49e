using System.Text.Json;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Util;
using Amazon.Util;

namespace AwsJson;

/// <summary>
/// Writes the members that are set. For AWS, a missing member means its default, and null is an error.
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

    /// <summary>Writes a time as epoch seconds, with milliseconds as the fraction.</summary>
    public static void WriteMember(this Utf8JsonWriter json, string name, DateTime? value)
    {
        if (value is { } set)
            json.WriteNumber(name, AWSSDKUtils.ConvertToUnixEpochSecondsDecimal(set));
    }

    /// <summary>
    /// Writes all bytes of the stream as base64, from any position; without a copy if the stream exposes its buffer.
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

    // With InitializeCollections, collections are empty at first, so an empty one counts as not set.
    private static bool IsSet<T>(IReadOnlyCollection<T> values) =>
        values is not null && (values.Count > 0 || !AWSConfigs.InitializeCollections);
}
