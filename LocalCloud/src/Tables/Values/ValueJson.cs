using System.Text.Json;

namespace LocalCloud.Tables.Values;

/// <summary>Writes encoded values as DynamoDB's JSON.</summary>
internal static class ValueJson
{
    /// <summary>Writes a map of attribute values, such as an item or a key.</summary>
    public static void WriteMap(Utf8JsonWriter json, ReadOnlySpan<byte> map)
    {
        json.WriteStartObject();
        for (var entries = new MapReader(map); entries.MoveNext(); )
        {
            json.WritePropertyName(entries.Name);
            Write(json, entries.Value);
        }
        json.WriteEndObject();
    }

    /// <summary>Writes one value: <c>{"S":"text"}</c>.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        var type = (AttributeType)value[0];
        var content = ValueEncoding.Content(value);
        json.WriteStartObject();
        switch (type)
        {
            case AttributeType.S:
                json.WriteString("S"u8, content);
                break;
            case AttributeType.N:
                json.WriteString("N"u8, content);
                break;
            case AttributeType.B:
                json.WriteBase64String("B"u8, content);
                break;
            case AttributeType.BOOL:
                json.WriteBoolean("BOOL"u8, content[0] == 1);
                break;
            case AttributeType.NULL:
                json.WriteBoolean("NULL"u8, true);
                break;
            case AttributeType.M:
                json.WritePropertyName("M"u8);
                WriteMap(json, content);
                break;
            case AttributeType.L:
                json.WriteStartArray("L"u8);
                for (var values = new ListReader(content); values.MoveNext(); )
                    Write(json, values.Value);
                json.WriteEndArray();
                break;
            default:
                WriteSet(json, type, content);
                break;
        }
        json.WriteEndObject();
    }

    private static void WriteSet(Utf8JsonWriter json, AttributeType type, ReadOnlySpan<byte> content)
    {
        json.WriteStartArray(type.Utf8());
        for (var elements = new SetReader(content); elements.MoveNext(); )
        {
            if (type is AttributeType.BS)
                json.WriteBase64StringValue(elements.Element);
            else
                json.WriteStringValue(elements.Element);
        }
        json.WriteEndArray();
    }
}
