using System.Text.Json;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>Reads ExpressionAttributeNames and ExpressionAttributeValues.</summary>
internal static class ExpressionParameterReader
{
    public static List<ExpressionName>? ReadNames(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterMap(ref json, "java.lang.String"))
            return null;
        var names = new List<ExpressionName>(16);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var alias = Copy(ref json, buffer);
            json.Read();
            if (JsonTypes.IsString(ref json))
                names.Add(new(alias, Copy(ref json, buffer)));
        }
        return names;
    }

    public static List<ExpressionValue>? ReadValues(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!JsonTypes.EnterMap(ref json, JsonTypes.AttributeValueClass))
            return null;
        var values = new List<ExpressionValue>(32);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var alias = Copy(ref json, buffer);
            json.Read();
            if (AttributeValueReader.ReadValue(ref json, buffer, out var error) is { IsMissing: false } value)
                values.Add(new(alias, value, error));
        }
        return values;
    }

    private static ReadOnlyMemory<byte> Copy(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        var begin = buffer.Length;
        buffer.Append(json.ValueIsEscaped ? JsonTypes.Unescape(ref json) : json.ValueSpan);
        return buffer.Slice(begin);
    }
}
