using System.Text.Json;
using LocalCloud.Protocol;

namespace LocalCloud.Tables.Requests;

/// <summary>Reads members of requests, and rejects wrong JSON types with AWS's messages.</summary>
internal static class JsonTypes
{
    private const string Structure = "Start of structure or map found where not expected";
    private const string AttributeNamespace = "com.amazonaws.dynamodb.v20120810.";

    public const string AttributeValueClass = AttributeNamespace + "AttributeValue";

    public static AwsException Error(string message) => new("SerializationException", message);

    public static string? ReadString(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return Text(ref json);
            case JsonTokenType.Null:
                return null;
            default:
                throw WrongScalar(ref json, "String");
        }
    }

    /// <summary>Reads a member's name and goes on to its value. Returns false at the end of the object.</summary>
    public static bool TryReadMember(ref Utf8JsonReader json, out string name)
    {
        if (!json.Read() || json.TokenType is not JsonTokenType.PropertyName)
        {
            name = "";
            return false;
        }
        name = Text(ref json);
        json.Read();
        return true;
    }

    /// <summary>Returns the text of a string or a member's name.</summary>
    public static string Text(ref Utf8JsonReader json) =>
        json.ValueIsEscaped
            ? System.Text.Encoding.UTF8.GetString(Unescape(ref json))
            : System.Text.Encoding.UTF8.GetString(json.ValueSpan);

    public static ReadOnlySpan<byte> Unescape(ref Utf8JsonReader json)
    {
        // Unescaped text is never longer than escaped text.
        var bytes = new byte[json.ValueSpan.Length];
        try
        {
            return bytes.AsSpan(0, json.CopyString(bytes));
        }
        catch (InvalidOperationException)
        {
            throw Error("The request has half of a surrogate pair");
        }
    }

    /// <summary>Returns true for a string and false for null; throws for any other type.</summary>
    public static bool IsString(ref Utf8JsonReader json) =>
        json.TokenType switch
        {
            JsonTokenType.String => true,
            JsonTokenType.Null => false,
            _ => throw WrongScalar(ref json, "String"),
        };

    /// <summary>Reads a boolean, or a text such as "true" or "no".</summary>
    public static bool? ReadBoolean(ref Utf8JsonReader json)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return Text(ref json).ToUpperInvariant() switch
                {
                    "TRUE" or "1" or "YES" => true,
                    "FALSE" or "0" or "NO" => false,
                    _ => throw Error("Unexpected token received from parser"),
                };
            default:
                throw WrongScalar(ref json, "Boolean");
        }
    }

    public static long? ReadInteger(ref Utf8JsonReader json, string type = "Integer")
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Number:
                var number = Math.Floor(json.GetDouble());
                var (least, most) = type is "Integer"
                    ? (int.MinValue, int.MaxValue)
                    : (long.MinValue, (double)long.MaxValue);
                return (long)Math.Clamp(number, least, most);
            case JsonTokenType.Null:
                return null;
            default:
                throw WrongScalar(ref json, type);
        }
    }

    /// <summary>Enters an object whose members are the entries of a map.</summary>
    /// <returns>False for null.</returns>
    public static bool EnterMap(ref Utf8JsonReader json, string valueClass) =>
        json.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.Null => false,
            JsonTokenType.StartArray => throw Error(
                $"Unrecognized collection type java.util.Map<java.lang.String, {Qualified(valueClass)}>"
            ),
            _ => throw Error("Unexpected field type"),
        };

    /// <summary>Enters an object that is the element of a list or map.</summary>
    /// <returns>False for null.</returns>
    public static bool EnterElement(ref Utf8JsonReader json, string @class) =>
        Enter(ref json, @class, "Unexpected value type in payload");

    /// <summary>Enters an object that is a member of a structure.</summary>
    /// <returns>False for null.</returns>
    public static bool EnterMember(ref Utf8JsonReader json, string @class) =>
        Enter(ref json, @class, "Unexpected field type");

    /// <summary>Enters an array.</summary>
    /// <returns>False for null.</returns>
    public static bool EnterList(ref Utf8JsonReader json) =>
        json.TokenType switch
        {
            JsonTokenType.StartArray => true,
            JsonTokenType.Null => false,
            JsonTokenType.StartObject => throw Error(Structure),
            _ => throw Error("Unexpected field type"),
        };

    /// <summary>Enters a list or map that is an element of another list or map.</summary>
    public static bool EnterParameterized(ref Utf8JsonReader json, JsonTokenType start)
    {
        if (json.TokenType == start)
            return true;
        return json.TokenType switch
        {
            JsonTokenType.Null => false,
            JsonTokenType.StartObject => throw Error(Structure),
            JsonTokenType.StartArray => throw Error(
                $"Unrecognized collection type java.util.Map<java.lang.String, {AttributeValueClass}>"
            ),
            _ => throw Error(
                "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class"
                    + " java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and"
                    + " java.lang.Class are in module java.base of loader 'bootstrap')"
            ),
        };
    }

    /// <summary>Creates the error for binary content that is not a JSON string.</summary>
    public static AwsException NotBinary(ref Utf8JsonReader json) =>
        Error(
            json.TokenType switch
            {
                JsonTokenType.StartArray => "Unrecognized collection type class java.nio.ByteBuffer",
                JsonTokenType.StartObject => Structure,
                _ => "only base-64-encoded strings are convertible to bytes",
            }
        );

    public static AwsException WrongScalar(ref Utf8JsonReader json, string type) =>
        Error(
            json.TokenType switch
            {
                JsonTokenType.True => $"TRUE_VALUE cannot be converted to {type}",
                JsonTokenType.False => $"FALSE_VALUE cannot be converted to {type}",
                JsonTokenType.String => $"STRING_VALUE cannot be converted to {type}",
                JsonTokenType.Number => IsWhole(ref json)
                    ? $"NUMBER_VALUE cannot be converted to {type}"
                    : $"DECIMAL_VALUE cannot be converted to {type}",
                JsonTokenType.StartArray => $"Unrecognized collection type class java.lang.{type}",
                _ => Structure,
            }
        );

    private static bool Enter(ref Utf8JsonReader json, string @class, string message) =>
        json.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.Null => false,
            JsonTokenType.StartArray => throw Error($"Unrecognized collection type class {Qualified(@class)}"),
            _ => throw Error(message),
        };

    private static string Qualified(string @class) =>
        @class.Contains('.', StringComparison.Ordinal) ? @class : AttributeNamespace + @class;

    private static bool IsWhole(ref Utf8JsonReader json) => json.GetDouble() % 1 == 0;
}
